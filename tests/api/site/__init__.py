"""The served pages and the private site, in a browser and without one."""
