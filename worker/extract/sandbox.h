/*
 * The walls around the process that reads an untrusted file.
 */

#ifndef EXTRACT_SANDBOX_H
#define EXTRACT_SANDBOX_H


#define SANDBOX_CPU_SECONDS      6        /* SIGXCPU; SIGKILL at 10 */
#define SANDBOX_OCR_CPU_SECONDS  40       /* one page */

/* the address sanitizer's shadow is larger than any sensible limit */
#ifdef __SANITIZE_ADDRESS__
#define SANDBOX_MEMORY           RLIM_INFINITY
#else
#define SANDBOX_MEMORY           (1024UL * 1024 * 1024)
#endif

#define SANDBOX_FILES            24


/* Exit status where a wall could not be built: nothing was read then. */
#define SANDBOX_EXIT             13


/*
 * Never to be left again: resource limits (CPU as given, memory, files, no
 * processes, no core), not dumpable, no new privileges, dies with its parent,
 * and a system call filter that kills; files can only be opened for reading
 * and only descriptor 1 and 2 can be written.  Returns 0, or -1 if any of it
 * failed; the caller must then exit with SANDBOX_EXIT.
 */
int sandbox_enter(unsigned long cpu_seconds);


#endif /* EXTRACT_SANDBOX_H */
