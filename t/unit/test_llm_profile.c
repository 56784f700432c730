/*
 * Which server an address belongs to, what is called there, and which
 * addresses are refused.
 */

#include "llm_profile.h"
#include "test.h"


typedef struct {
    const char  *base;
    const char  *given;        /* provider; NULL: found */
    const char  *profile;
    const char  *host;
    const char  *call;
    const char  *models;
} address_case_t;


static const address_case_t  cases[] = {
    { NULL, NULL, "openai", "api.openai.com",
      "https://api.openai.com/v1/chat/completions",
      "https://api.openai.com/v1/models" },
    { "https://api.openai.com", NULL, "openai", "api.openai.com",
      "https://api.openai.com/v1/chat/completions",
      "https://api.openai.com/v1/models" },
    { "https://API.OpenAI.com:443/v1/", NULL, "openai", "API.OpenAI.com",
      "https://API.OpenAI.com/v1/chat/completions",
      "https://API.OpenAI.com/v1/models" },
    { "https://api.openai.com/v1/chat/completions", NULL, "openai",
      "api.openai.com", "https://api.openai.com/v1/chat/completions",
      "https://api.openai.com/v1/models" },
    { "https://x.openai.azure.com", NULL, "azure", "x.openai.azure.com",
      "https://x.openai.azure.com/openai/deployments/gpt%204%2Fx/chat/"
      "completions?api-version=2024-10-21",
      "https://x.openai.azure.com/openai/models?api-version=2024-10-21" },
    { "https://x.openai.azure.com/openai/v1/", NULL, "azure",
      "x.openai.azure.com",
      "https://x.openai.azure.com/openai/v1/chat/completions",
      "https://x.openai.azure.com/openai/v1/models" },
    { "https://x.openai.azure.com/openai/deployments/d", NULL, "azure",
      "x.openai.azure.com",
      "https://x.openai.azure.com/openai/deployments/d/chat/completions"
      "?api-version=2024-10-21",
      "https://x.openai.azure.com/openai/models?api-version=2024-10-21" },
    { "https://openai.azure.com.evil.example/v1", NULL, "generic",
      "openai.azure.com.evil.example",
      "https://openai.azure.com.evil.example/v1/chat/completions",
      "https://openai.azure.com.evil.example/v1/models" },
    { "https://notapi.deepseek.com", NULL, "generic", "notapi.deepseek.com",
      "https://notapi.deepseek.com/v1/chat/completions",
      "https://notapi.deepseek.com/v1/models" },
    { "https://api.deepseek.com", NULL, "deepseek", "api.deepseek.com",
      "https://api.deepseek.com/v1/chat/completions",
      "https://api.deepseek.com/v1/models" },
    { "https://openrouter.ai", NULL, "openrouter", "openrouter.ai",
      "https://openrouter.ai/api/v1/chat/completions",
      "https://openrouter.ai/api/v1/models" },
    { "http://localhost:11434", NULL, "ollama", "localhost:11434",
      "http://localhost:11434/v1/chat/completions",
      "http://localhost:11434/v1/models" },
    { "http://192.168.7.7:8000/v1", NULL, "vllm", "192.168.7.7:8000",
      "http://192.168.7.7:8000/v1/chat/completions",
      "http://192.168.7.7:8000/v1/models" },
    { "http://[::1]:8080", NULL, "llamacpp", "[::1]:8080",
      "http://[::1]:8080/v1/chat/completions", "http://[::1]:8080/v1/models" },
    { "http://10.1.2.3:1234", NULL, "lmstudio", "10.1.2.3:1234",
      "http://10.1.2.3:1234/v1/chat/completions",
      "http://10.1.2.3:1234/v1/models" },
    { "http://ollama:80/v1", NULL, "ollama", "ollama",
      "http://ollama/v1/chat/completions", "http://ollama/v1/models" },
    { "http://vllm.models.svc:9000", NULL, "vllm", "vllm.models.svc:9000",
      "http://vllm.models.svc:9000/v1/chat/completions",
      "http://vllm.models.svc:9000/v1/models" },
    { "https://vllm.example.com:8000", NULL, "generic",
      "vllm.example.com:8000",
      "https://vllm.example.com:8000/v1/chat/completions",
      "https://vllm.example.com:8000/v1/models" },
    { "http://8.8.8.8:11434", NULL, "generic", "8.8.8.8:11434",
      "http://8.8.8.8:11434/v1/chat/completions",
      "http://8.8.8.8:11434/v1/models" },
    { "http://172.32.0.1:8000", NULL, "generic", "172.32.0.1:8000",
      "http://172.32.0.1:8000/v1/chat/completions",
      "http://172.32.0.1:8000/v1/models" },
    { "http://127.0.0.1:5000/api", "OpenAI", "openai", "127.0.0.1:5000",
      "http://127.0.0.1:5000/api/chat/completions",
      "http://127.0.0.1:5000/api/models" }
};

static const char *const  refused[] = {
    "", "api.openai.com/v1", "ftp://a.example/", "file:///etc/passwd",
    "http://", "https://user@a.example/v1", "https://u:p@a.example/v1",
    "https://a.example/v1?key=1", "https://a.example/v1#a",
    "http://a example/", "http://a.example:99999/", "javascript:alert(1)",
    "http://a.example/\r\nX: y"
};


static void
test_address(const address_case_t *t)
{
    char                   err[256];
    llm_address_t          addr;
    const llm_profile_t   *profile;

    profile = t->given != NULL ? llm_profile_find(t->given) : NULL;
    err[0] = '\0';

    if (!test_int(llm_address(t->base, "gpt 4/x", NULL, &profile, &addr, err,
                              sizeof(err)), 0, "\"%s\"", t->base))
    {
        test_diag("%s", err);
        return;
    }

    test_str(profile->name, t->profile, "the profile");
    test_str(addr.host, t->host, "the host");
    test_str(addr.call, t->call, "where it is called");
    test_str(addr.models, t->models, "its list of models");
}


static void
test_refused(void)
{
    char                  err[256], url[LLM_MAX_URL + 64];
    size_t                i;
    llm_address_t         addr;
    const llm_profile_t  *profile;

    for (i = 0; i < test_count(refused); i++) {
        profile = NULL;
        err[0] = '\0';
        test_ok(llm_address(refused[i], "m", NULL, &profile, &addr, err,
                            sizeof(err)) == -1 && err[0] != '\0',
                "refused: \"%s\"", refused[i]);
        test_ok(strstr(err, "u:p") == NULL, "without repeating it");
    }

    memset(url, 'a', sizeof(url));
    memcpy(url, "http://a/", 9);
    url[sizeof(url) - 1] = '\0';
    profile = NULL;
    test_int(llm_address(url, "m", NULL, &profile, &addr, err, sizeof(err)),
             -1, "one that is too long");

    memset(url, '/', sizeof(url));
    url[sizeof(url) - 1] = '\0';
    profile = llm_profile_find("azure");
    test_int(llm_address("https://a.openai.azure.com", url, NULL, &profile,
                         &addr, err, sizeof(err)), -1,
             "a deployment's name that is too long");
}


static void
test_proxies(void)
{
    size_t  i;

    static const struct {
        const char  *proxy;
        int          valid;
    } proxies[] = {
        { "http://127.0.0.1:3128",          1 },
        { "http://user:pass%20word@p:3128", 1 },
        { "https://p",                      1 },
        { "socks5h://p:1080",               1 },
        { "proxy:3128",                     1 },
        { "127.0.0.1:3128",                 1 },
        { "[::1]:3128",                     1 },
        { "a proxy",                        0 },
        { "http://user:pass word@p",        0 },
        { "ftp://p",                        0 },
        { "http://p:99999",                 0 },
        { "http://",                        0 }
    };

    for (i = 0; i < test_count(proxies); i++) {
        test_int(llm_proxy_is_valid(proxies[i].proxy), proxies[i].valid,
                 "the proxy \"%s\"", proxies[i].proxy);
    }
}


int
main(void)
{
    size_t                i;
    const llm_profile_t  *p;

    for (i = 0; i < test_count(cases); i++) {
        test_address(&cases[i]);
    }

    test_refused();
    test_proxies();

    test_ok(llm_profile_find("nobody") == NULL, "an unknown provider");

    for (p = llm_profile_all(), i = 0; p->name != NULL; p++, i++) {
        test_ok(llm_profile_find(p->name) == p, "\"%s\" is found", p->name);
        test_ok(!p->local || p->port != 0, "a server of one's own has a port");
    }

    test_int((long long) i, 9, "nine profiles");

    return test_done();
}
