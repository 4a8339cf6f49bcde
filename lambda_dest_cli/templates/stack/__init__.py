"""A CloudFormation template: its resources, its intrinsic functions, its roles. SAM and Serverless build on it."""
