/*
 * What llm-check says: its words and exit status against a server that
 * answers as it should, refuses, cuts prompts, or wants another key.  The
 * command runs in a child, which a server in this process answers.
 */

#include <sys/wait.h>

#include "llm_check.h"
#include "llm_server.h"
#include "test.h"


#define CANARY  "sk-test-canary-0123456789"
#define OK(text, in)                                                          \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"              \
    "data: {\"id\":\"c\",\"model\":\"gpt-4o\",\"choices\":[{\"delta\":"       \
    "{\"content\":\"" text "\"},\"finish_reason\":\"stop\"}]}\n\n"            \
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":" in                  \
    ",\"completion_tokens\":3}}\n\ndata: [DONE]\n\n"


static char  said[16384];


/* Answers whatever is asked until the child has ended; its exit status. */
static int
check(serve_t *s, const char *provider, const char *key, const char *answer)
{
    int       fds[2], status;
    char      url[64];
    pid_t     pid;
    size_t    len;
    ssize_t   n;
    config_t  cfg;

    memset(&cfg, 0, sizeof(cfg));
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/v1", s->port);
    cfg.openai_base_url = url;
    cfg.openai_model = "gpt-4o";
    cfg.openai_api_key = (char *) key;
    cfg.llm_provider = (char *) provider;
    cfg.tokens_path = "/nonexistent";

    serve_answer(s, answer, strlen(answer), 1 << 20, SERVE_CLOSE);
    s->requests = 0;
    fflush(stdout);

    if (pipe2(fds, O_NONBLOCK) != 0) {
        exit(2);
    }

    pid = fork();

    if (pid == 0) {
        (void) dup2(fds[1], STDOUT_FILENO);
        (void) fcntl(STDOUT_FILENO, F_SETFL, 0);
        exit(llm_check_run(&cfg, NULL));
    }

    (void) close(fds[1]);
    len = 0;

    for ( ;; ) {
        (void) serve_step(s);
        n = read(fds[0], said + len, sizeof(said) - 1 - len);

        if (n == 0) {
            break;
        }

        if (n > 0) {
            len += (size_t) n;

        } else {
            struct epoll_event  ev;

            (void) epoll_wait(s->epoll, &ev, 1, 5);
        }
    }

    said[len] = '\0';
    (void) close(fds[0]);
    (void) waitpid(pid, &status, 0);

    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}


static void
says(const char *words)
{
    if (!test_ok(strstr(said, words) != NULL, "says \"%s\"", words)) {
        test_diag("%s", said);
    }
}


static void
test_works(serve_t *s)
{
    test_int(check(s, "openai", CANARY,
                   OK("{\\\"fruit\\\":\\\"plum\\\",\\\"count\\\":3}", "30")),
             0, "a server that does as asked");
    says("taken for OpenAI (openai)");
    says("ok    temperature   accepted");
    says("the server counts: 30 tokens in, 3 out");
    says("an answer asked for by \"json_schema, strict\" satisfies its"
         " schema");
    says("128000 tokens, says the price table");
    says("USD per million tokens: 2.500 in, 1.250 cached, 10.000 out");
    says("3 small calls for 315 micro-USD.");
    says("Analyses can be made with this model.");
    test_ok(strstr(said, "canary") == NULL, "the key is not shown");
    test_int(s->requests, 4, "three calls and a list");
}


static void
test_fails(serve_t *s)
{
    test_int(check(s, "openai", CANARY, "HTTP/1.1 401 No\r\n\r\n{\"error\":"
                   "{\"message\":\"Incorrect API key: " CANARY "\",\"code\":"
                   "\"invalid_api_key\"}}"), 1, "a key that is refused");
    says("BAD   answer        The key is refused: check OPENAI_API_KEY.");
    says("1 small call for 0 micro-USD.");
    says("Analyses cannot be made with this model.");
    test_ok(strstr(said, "canary") == NULL, "the key is not shown");

    test_int(check(s, NULL, NULL, "HTTP/1.1 200 OK\r\n\r\n<html>"), 1,
             "a page");
    says("This is no Chat Completions server");

    test_int(check(s, NULL, NULL, "HTTP/1.1 301 Go\r\nLocation: /x\r\n"
                   "Content-Length: 0\r\n\r\n"), 1, "a redirect");
    says("The server sends to another address");

    test_int(check(s, NULL, NULL, "HTTP/1.1 503 Wait\r\n\r\n{\"error\":"
                   "\"loading\"}"), 1, "a server in trouble");
    says("The server is reached, but does not do its work. (loading)");

    test_int(check(s, "nobody", NULL, ""), 1, "an unknown provider");
    says("the provider \"nobody\" is not known");
}


static void
test_limits(serve_t *s)
{
    test_int(check(s, "ollama", NULL, OK("plum", "2048")), 1,
             "a prompt that is cut");
    says("is cut silently to 2048");
    says("OLLAMA_CONTEXT_LENGTH");
    says("answers with something else");

    test_int(check(s, NULL, NULL, OK("plum", "9000")), 0,
             "a server that is not known");
    says("is read whole; say by LLM_CONTEXT_TOKENS");
    says("note  price         not known");
    says("what they cost is not known here");

    test_int(check(s, "openai", NULL, "HTTP/1.1 400 Bad\r\n\r\n{\"error\":"
                   "{\"message\":\"no\",\"param\":\"seed\"}}"), 1,
             "one that refuses everything");
    test_int(s->requests, 3, "is asked again once");
}


int
main(void)
{
    serve_t  s;

    serve_open(&s);
    test_works(&s);
    test_fails(&s);
    test_limits(&s);
    serve_close(&s);

    return test_done();
}
