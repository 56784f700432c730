/*
 * "paperal-worker llm-check": tries the configured model's server and says
 * in words what works, what does not, and what Paperal does about it.
 */

#ifndef LLM_CHECK_H
#define LLM_CHECK_H


#include "config.h"


#define LLM_CHECK_MAX_CALLS  6     /* of the model; a list of models is free */


/*
 * Prints to stdout.  Returns the exit status: 0 when analyses can be made
 * with this model, 1 when they cannot.  The key is never printed.
 */
int llm_check_run(const config_t *cfg, char **args);


#endif /* LLM_CHECK_H */
