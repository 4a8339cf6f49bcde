// Runs a Node.js handler behind the Lambda Runtime API: Lambda Developer Guide, "Building a custom runtime".
import { existsSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { env } = process;
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true });
const base = "/2018-06-01/runtime";

function call(method, route, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const request = http.request({ host, port, method, path: base + route, agent, headers }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function named(name, message, error) {
  const trace = String(error?.stack ?? message).split("\n");
  return { errorType: name, errorMessage: message, trace };
}

// The shapes that AWS's own Node.js runtime writes.
function asError(error) {
  if (error instanceof Error) return named(error.name, error.message, error);
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function asLoadError(error) {
  if (error?.runtimeError) return named(error.runtimeError, error.message, error);
  if (["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code)) {
    return named("Runtime.ImportModuleError", String(error), error);
  }
  return error instanceof SyntaxError ? named("Runtime.UserCodeSyntaxError", String(error), error) : asError(error);
}

function refusal(runtimeError, message) {
  return Object.assign(new Error(message), { runtimeError });
}

// CommonJS or ESM, as Node.js itself sees the file; import() takes both.
async function load() {
  const [, folder, file, name] = env._HANDLER.match(/^(.*\/)?([^./]*)\.(.+)$/) ?? [];
  if (!file) throw refusal("Runtime.MalformedHandlerName", `Bad handler ${env._HANDLER}`);
  const stem = path.resolve(env.LAMBDA_TASK_ROOT, folder ?? "", file);
  const found = [".js", ".mjs", ".cjs"].map((ending) => stem + ending).find(existsSync);
  if (!found) throw refusal("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const loaded = await moduleIn(found);
  const handler = name.split(".").reduce((inner, each) => inner?.[each], loaded);
  if (typeof handler === "function") return handler;
  throw refusal("Runtime.HandlerNotFound", `${env._HANDLER} is undefined or not exported`);
}

async function moduleIn(file) {
  if (!file.endsWith(".mjs")) {
    try {
      return createRequire(pathToFileURL(file))(file);
    } catch (error) {
      if (error.code !== "ERR_REQUIRE_ESM" && error.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    }
  }
  return import(pathToFileURL(file));
}

function written(result) {
  try {
    return JSON.stringify(result) ?? "null";
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

// A handler's own promise, its callback, or an event loop with nothing left to do: whichever comes first.
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    process.removeAllListeners("beforeExit").once("beforeExit", () => resolve(null));
    const answer = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    if (typeof answer?.then === "function") answer.then(resolve, reject);
  });
}

// What nobody catches ends the process, as on Lambda, but not without saying what it was.
let current;
function endWith(error, status) {
  const told = current ? call("POST", `/invocation/${current}/error`, JSON.stringify(error)) : Promise.resolve();
  told.finally(() => process.exit(status));
}
process.on("uncaughtException", (error) => endWith(asError(error), 129));
process.on("unhandledRejection", (reason) =>
  endWith(named("Runtime.UnhandledPromiseRejection", String(reason), reason), 128),
);

let handler;
try {
  handler = await load();
} catch (error) {
  console.error(error);
  await call("POST", "/init/error", JSON.stringify(asLoadError(error)));
  process.exit(1);
}
for (;;) {
  const { headers, body } = await call("GET", "/invocation/next");
  current = headers["lambda-runtime-aws-request-id"];
  const context = {
    awsRequestId: current,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Number(headers["lambda-runtime-deadline-ms"]) - Date.now(),
  };
  let route = "response";
  let answer;
  try {
    answer = written(await run(handler, JSON.parse(body), context));
  } catch (error) {
    console.error(error);
    [route, answer] = ["error", JSON.stringify(asError(error))];
  }
  await call("POST", `/invocation/${current}/${route}`, answer);
  current = undefined;
}
