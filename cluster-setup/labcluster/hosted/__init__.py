"""Programs that an add-on runs on this machine, beside the cluster's control plane and in the cluster's folder."""
