"""The HTTP interface and the private site: the same behind API Gateway and on `ecot serve`."""
