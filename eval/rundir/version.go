package rundir

// Version is the version of the project.
const Version = "0.1.0"
