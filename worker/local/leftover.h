/*
 * Processes that an earlier run left behind.
 *
 * A process belongs to this set-up when its program has the given base name
 * and its working folder is the given one: each server works in a folder of
 * its own below the state folder, and never leaves it.  So no process id is
 * believed without proof, and nobody else's server is ever touched.
 */

#ifndef PAPERAL_LOCAL_LEFTOVER_H
#define PAPERAL_LOCAL_LEFTOVER_H


#define LEFTOVER_MAX_STEPS  4

/* one step of stopping: the signal, and how long it may take */
typedef struct {
    int  signal;
    int  ms;
} stop_step_t;


/*
 * Sends the signal (0: none) to every such process; returns how many there
 * are.  A program that is replaced while it runs keeps its name.
 */
int leftover_signal(const char *program, const char *folder, int signal);

/*
 * Stops every such process by the steps (ended by one with ms 0).  Returns 0
 * when none is left, also when there was none, -1 after a line on stderr.
 */
int leftover_stop(const char *program, const char *folder,
    const stop_step_t *steps);


#endif /* PAPERAL_LOCAL_LEFTOVER_H */
