"""Does an object look as asked? Partial trees, and CEL expressions over objects."""
