module labs/workload

go 1.26
