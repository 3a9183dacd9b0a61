"""What happens to a cluster after it is made: a list of steps, the same for each provider."""
