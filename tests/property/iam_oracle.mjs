// Judges cases (JSON lines on stdin) with @cloud-copilot/iam-simulate, found in the working directory's node_modules;
// one letter a case on stdout. Development only: see test_iam_differential.py.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { loadPolicy } = require("@cloud-copilot/iam-policy");
// Below its public entry: that one lets through only context keys that AWS defines for the action.
const inside = (path) => require(`${process.cwd()}/node_modules/@cloud-copilot/iam-simulate/dist/cjs/${path}`);
const { authorize } = inside("core_engine/CoreSimulatorEngine.js");
const { AwsRequestImpl } = inside("request/request.js");
const { RequestContextImpl } = inside("requestContext.js");
const { DiscoveryContextKeyConstraints } = inside("context_keys/discoveryContextKeyConstraints.js");

const LETTER = { Allowed: "A", ExplicitlyDenied: "D", ImplicitlyDenied: "I" };
const load = (policies) => policies.map((policy, index) => loadPolicy(policy, { name: `policy-${index}` }));

for await (const line of createInterface({ input: process.stdin })) {
  const each = JSON.parse(line);
  const { result } = authorize({
    request: new AwsRequestImpl(
      each.principal,
      { resource: each.resource, accountId: each.owner },
      each.action,
      new RequestContextImpl(each.context),
    ),
    identityPolicies: load(each.identity),
    serviceControlPolicies: (each.organization ?? []).map((level, index) => ({
      orgIdentifier: `o-${index}`,
      policies: load(level),
    })),
    resourceControlPolicies: [],
    resourcePolicy: each.resource_policy ? load([each.resource_policy])[0] : undefined,
    permissionBoundaries: each.boundary ? load([each.boundary]) : undefined,
    simulationParameters: {
      simulationMode: "Strict",
      discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
    },
    serviceSettings: { s3: {} },
  });
  process.stdout.write(LETTER[result] ?? "?");
}
