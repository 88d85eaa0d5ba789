"""The commands of `contor`, one module a group."""
