module labs/images

go 1.26
