"""What a charge, a usage, a period is: plain frozen values that import nothing else of ours."""
