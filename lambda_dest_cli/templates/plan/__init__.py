"""What ``terraform show -json`` prints: resources as planned, and the configuration that they come from."""
