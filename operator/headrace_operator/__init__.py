"""The Kubernetes operator: reconciles Cluster, Topic and Transform resources."""
