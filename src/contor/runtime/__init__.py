"""Starting processes: the composition of services, the HTTP server, embedded PostgreSQL and RabbitMQ."""
