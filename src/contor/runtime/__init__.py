"""What starts processes: the composition of services, the server, the embedded PostgreSQL and RabbitMQ."""
