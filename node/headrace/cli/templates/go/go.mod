module script

go 1.24
