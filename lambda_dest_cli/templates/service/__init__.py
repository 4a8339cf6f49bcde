"""What a serverless.yml is made of: variables, functions, the role that the framework makes."""
