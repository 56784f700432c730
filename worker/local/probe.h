/*
 * Questions to servers: is the port free, does it answer?
 */

#ifndef PAPERAL_LOCAL_PROBE_H
#define PAPERAL_LOCAL_PROBE_H


/*
 * Binds 127.0.0.1:port for a moment.  Returns the port (port 0: one that was
 * free), or -1 with errno, EADDRINUSE when somebody has it.
 */
int probe_port(int port);

/* 1 when Redis on the unix socket answers PING. */
int probe_redis(const char *path);

/* The status of GET path on 127.0.0.1:port within 2 s, 0 without an answer. */
int probe_http(int port, const char *path);


#endif /* PAPERAL_LOCAL_PROBE_H */
