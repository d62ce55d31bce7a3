"""What readers read: one store a clearance, kept by one process and published as snapshots."""
