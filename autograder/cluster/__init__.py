"""The one room that speaks to Kubernetes."""
