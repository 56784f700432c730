/*
 * See llm_profile.h.  The parts of an address are taken by curl, so that what
 * is shown as the host is what will be connected to.
 */

#include "llm_profile.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "paperal_buf.h"


#define LLM_OPENAI_BASE  "https://api.openai.com/v1"

#define LLM_CAPS(rung, completion, seed)                                      \
    { LLM_RUNG_##rung, completion, 0, 1, seed, 1 }


typedef struct {
    char  *scheme;
    char  *host;
    char  *port;               /* NULL: the scheme's */
    char  *path;
    char  *query;
    char  *fragment;
} llm_parts_t;


static int llm_address_parts(const char *base, llm_parts_t *parts, char *err,
    size_t errlen);
static int llm_address_has_user(const char *base);
static void llm_parts_free(llm_parts_t *parts);
static char *llm_part(CURLU *url, CURLUPart what);
static const llm_profile_t *llm_profile_guess(const llm_parts_t *parts,
    int local);
static int llm_host_in(const char *hosts, const char *host);
static int llm_host_is_local(const char *host);
static int llm_ipv4_is_local(const char *host);
static int llm_address_paths(const llm_profile_t *profile,
    const llm_parts_t *parts, const char *model, const char *api_version,
    llm_address_t *addr);
static void llm_azure_paths(paperal_buf_t *call, paperal_buf_t *models,
    const char *path, const char *model, const char *api_version);
static void llm_url_escape(paperal_buf_t *b, const char *s);


static const llm_profile_t  llm_profiles[] = {

    { "openai", "OpenAI", "api.openai.com", 0, "/v1",
      LLM_PATH_PLAIN, LLM_AUTH_BEARER, NULL, LLM_CAPS(STRICT, 1, 1), 0 },

    { "azure", "Azure OpenAI",
      ".openai.azure.com .cognitiveservices.azure.com .services.ai.azure.com",
      0, "", LLM_PATH_AZURE, LLM_AUTH_API_KEY, NULL,
      LLM_CAPS(STRICT, 1, 1), 0 },

    { "deepseek", "DeepSeek", "api.deepseek.com", 0, "/v1",
      LLM_PATH_PLAIN, LLM_AUTH_BEARER, NULL, LLM_CAPS(OBJECT, 0, 0), 0 },

    { "openrouter", "OpenRouter", "openrouter.ai", 0, "/api/v1",
      LLM_PATH_PLAIN, LLM_AUTH_BEARER, "X-Title: Paperal",
      LLM_CAPS(STRICT, 0, 1), 0 },

    { "ollama", "Ollama", "", 11434, "/v1",
      LLM_PATH_PLAIN, LLM_AUTH_BEARER, NULL, LLM_CAPS(SCHEMA, 0, 1), 1 },

    { "vllm", "vLLM", "", 8000, "/v1",
      LLM_PATH_PLAIN, LLM_AUTH_BEARER, NULL, LLM_CAPS(SCHEMA, 0, 1), 1 },

    { "llamacpp", "llama.cpp server", "", 8080, "/v1",
      LLM_PATH_PLAIN, LLM_AUTH_BEARER, NULL, LLM_CAPS(SCHEMA, 0, 1), 1 },

    { "lmstudio", "LM Studio", "", 1234, "/v1",
      LLM_PATH_PLAIN, LLM_AUTH_BEARER, NULL, LLM_CAPS(SCHEMA, 0, 1), 1 },

    { "generic", "an OpenAI-compatible server", "", 0, "/v1",
      LLM_PATH_PLAIN, LLM_AUTH_BEARER, NULL, LLM_CAPS(STRICT, 0, 1), 0 },

    { NULL, NULL, NULL, 0, NULL, LLM_PATH_PLAIN, LLM_AUTH_BEARER, NULL,
      LLM_CAPS(STRICT, 0, 0), 0 }
};

/* Ends of names that only private networks give out. */
static const char *const  llm_local_names[] = {
    "localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa",
    ".svc", ".test", NULL
};


const llm_profile_t *
llm_profile_all(void)
{
    return llm_profiles;
}


const llm_profile_t *
llm_profile_find(const char *name)
{
    const llm_profile_t  *p;

    for (p = llm_profiles; p->name != NULL; p++) {
        if (strcasecmp(p->name, name) == 0) {
            return p;
        }
    }

    return NULL;
}


int
llm_address(const char *base, const char *model, const char *api_version,
    const llm_profile_t **profile, llm_address_t *addr, char *err,
    size_t errlen)
{
    int           n, rc;
    llm_parts_t   parts;

    memset(addr, 0, sizeof(llm_address_t));

    if (llm_address_parts(base != NULL ? base : LLM_OPENAI_BASE, &parts, err,
                          errlen) != 0)
    {
        return -1;
    }

    addr->secure = strcmp(parts.scheme, "https") == 0;
    addr->local = llm_host_is_local(parts.host);

    if (*profile == NULL) {
        *profile = llm_profile_guess(&parts, addr->local);
    }

    n = snprintf(addr->host, sizeof(addr->host), "%s%s%s", parts.host,
                 parts.port != NULL ? ":" : "",
                 parts.port != NULL ? parts.port : "");

    rc = n < 0 || (size_t) n >= sizeof(addr->host) ? -1
         : llm_address_paths(*profile, &parts, model, api_version, addr);

    if (rc != 0) {
        snprintf(err, errlen, "the model's address is too long");
    }

    llm_parts_free(&parts);

    return rc;
}


static int
llm_address_parts(const char *base, llm_parts_t *parts, char *err,
    size_t errlen)
{
    CURLU       *url;
    const char  *why;

    memset(parts, 0, sizeof(llm_parts_t));

    url = curl_url();
    if (url == NULL) {
        abort();
    }

    why = NULL;

    if (strlen(base) >= LLM_MAX_URL / 2
        || curl_url_set(url, CURLUPART_URL, base,
                        CURLU_NON_SUPPORT_SCHEME|CURLU_DISALLOW_USER) != 0)
    {
        why = llm_address_has_user(base)
              ? "may not have a user name or a password"
              : "is no address of the form http(s)://host/path";

    } else {
        parts->scheme = llm_part(url, CURLUPART_SCHEME);
        parts->host = llm_part(url, CURLUPART_HOST);
        parts->port = llm_part(url, CURLUPART_PORT);
        parts->path = llm_part(url, CURLUPART_PATH);
        parts->query = llm_part(url, CURLUPART_QUERY);
        parts->fragment = llm_part(url, CURLUPART_FRAGMENT);

        if (parts->scheme == NULL || parts->host == NULL
            || parts->path == NULL
            || (strcmp(parts->scheme, "http") != 0
                && strcmp(parts->scheme, "https") != 0))
        {
            why = "is no address of the form http(s)://host/path";

        } else if (parts->query != NULL || parts->fragment != NULL) {
            why = "may not have a query or a fragment";
        }
    }

    curl_url_cleanup(url);

    if (why != NULL) {
        snprintf(err, errlen, "the model's address %s", why);
        llm_parts_free(parts);
        return -1;
    }

    return 0;
}


static int
llm_address_has_user(const char *base)
{
    const char  *host;

    host = strstr(base, "://");

    return host != NULL && host[3 + strcspn(host + 3, "/?#@")] == '@';
}


int
llm_proxy_is_valid(const char *proxy)
{
    int          valid;
    char        *scheme;
    size_t       i;
    CURLU       *url;

    static const char *const  schemes[] = {
        "http", "https", "socks4", "socks4a", "socks5", "socks5h"
    };

    url = curl_url();
    if (url == NULL) {
        abort();
    }

    scheme = NULL;
    valid = 0;

    if (strpbrk(proxy, " \t\r\n") == NULL
        && curl_url_set(url, CURLUPART_URL, proxy,
                        CURLU_NON_SUPPORT_SCHEME|CURLU_DEFAULT_SCHEME) == 0)
    {
        scheme = llm_part(url, CURLUPART_SCHEME);
    }

    for (i = 0; scheme != NULL && i < sizeof(schemes) / sizeof(char *); i++) {
        valid |= strcmp(scheme, schemes[i]) == 0;
    }

    curl_free(scheme);
    curl_url_cleanup(url);

    return valid;
}


static void
llm_parts_free(llm_parts_t *parts)
{
    curl_free(parts->scheme);
    curl_free(parts->host);
    curl_free(parts->port);
    curl_free(parts->path);
    curl_free(parts->query);
    curl_free(parts->fragment);

    memset(parts, 0, sizeof(llm_parts_t));
}


/* A port that is the scheme's own is left out. */
static char *
llm_part(CURLU *url, CURLUPart what)
{
    char  *part;

    part = NULL;

    if (curl_url_get(url, what, &part, CURLU_NO_DEFAULT_PORT) != 0) {
        return NULL;
    }

    return part;
}


/*
 * A port tells a kind of server only in a private network: taking a stranger
 * on port 8000 for one's own would make its calls free of charge.
 */
static const llm_profile_t *
llm_profile_guess(const llm_parts_t *parts, int local)
{
    size_t                len;
    const llm_profile_t  *p;

    for (p = llm_profiles; p->name != NULL; p++) {
        if (llm_host_in(p->hosts, parts->host)) {
            return p;
        }
    }

    for (p = llm_profiles; local && p->name != NULL; p++) {
        len = strlen(p->name);

        if (p->local && (strncasecmp(parts->host, p->name, len) == 0
                         || (parts->port != NULL
                             && strtol(parts->port, NULL, 10) == p->port)))
        {
            return p;
        }
    }

    return llm_profile_find("generic");
}


/* Whether the host is in a list of names; ".a.com" means below a.com. */
static int
llm_host_in(const char *hosts, const char *host)
{
    size_t       len, host_len;
    const char  *p;

    host_len = strlen(host);

    for (p = hosts; *p != '\0'; p += strspn(p, " ")) {
        len = strcspn(p, " ");

        if (len <= host_len && (*p == '.' || len == host_len)
            && strncasecmp(host + host_len - len, p, len) == 0)
        {
            return 1;
        }

        p += len;
    }

    return 0;
}


static int
llm_host_is_local(const char *host)
{
    size_t  i, len, host_len;

    if (strcasecmp(host, "[::1]") == 0
        || strncasecmp(host, "[fc", 3) == 0
        || strncasecmp(host, "[fd", 3) == 0
        || strncasecmp(host, "[fe80", 5) == 0)
    {
        return 1;
    }

    if (strpbrk(host, ".:") == NULL) {
        return 1;          /* a name of the own network, as in compose */
    }

    host_len = strlen(host);

    for (i = 0; llm_local_names[i] != NULL; i++) {
        len = strlen(llm_local_names[i]);

        if (len <= host_len
            && strcasecmp(host + host_len - len, llm_local_names[i]) == 0
            && (llm_local_names[i][0] == '.' || len == host_len))
        {
            return 1;
        }
    }

    return llm_ipv4_is_local(host);
}


static int
llm_ipv4_is_local(const char *host)
{
    uint32_t        a;
    struct in_addr  addr;

    if (inet_pton(AF_INET, host, &addr) != 1) {
        return 0;
    }

    a = ntohl(addr.s_addr);

    return a >> 24 == 127 || a >> 24 == 10 || a >> 20 == 0xac1
           || a >> 16 == 0xc0a8 || a >> 16 == 0xa9fe;
}


static int
llm_address_paths(const llm_profile_t *profile, const llm_parts_t *parts,
    const char *model, const char *api_version, llm_address_t *addr)
{
    char           path[LLM_MAX_URL];
    size_t         len, tail;
    paperal_buf_t  call, models;

    snprintf(path, sizeof(path), "%s", parts->path);

    /* people paste the address of a call, too */

    tail = sizeof("/chat/completions") - 1;

    for (len = strlen(path); len > 0 && path[len - 1] == '/'; len--) {
        path[len - 1] = '\0';
    }

    if (len >= tail && strcmp(path + len - tail, "/chat/completions") == 0) {
        path[len - tail] = '\0';

    } else if (len == 0) {
        snprintf(path, sizeof(path), "%s", profile->base);
    }

    paperal_buf_fixed(&call, addr->call, sizeof(addr->call));
    paperal_buf_fixed(&models, addr->models, sizeof(addr->models));

    paperal_buf_printf(&call, "%s://%s", parts->scheme, addr->host);
    paperal_buf_printf(&models, "%s://%s", parts->scheme, addr->host);

    if (profile->path == LLM_PATH_AZURE) {
        llm_azure_paths(&call, &models, path, model, api_version);

    } else {
        paperal_buf_printf(&call, "%s/chat/completions", path);
        paperal_buf_printf(&models, "%s/models", path);
    }

    return call.failed || models.failed ? -1 : 0;
}


/*
 * Azure has two forms: /openai/v1 without a version, and a deployment in the
 * path with one.  A resource's address alone means the second.
 */
static void
llm_azure_paths(paperal_buf_t *call, paperal_buf_t *models, const char *path,
    const char *model, const char *api_version)
{
    if (strstr(path, "/openai/v1") != NULL) {
        paperal_buf_printf(call, "%s/chat/completions", path);
        paperal_buf_printf(models, "%s/models", path);

        if (api_version != NULL) {
            paperal_buf_str(call, "?api-version=");
            llm_url_escape(call, api_version);
            paperal_buf_str(models, "?api-version=");
            llm_url_escape(models, api_version);
        }

        return;
    }

    if (strstr(path, "/deployments/") != NULL) {
        paperal_buf_printf(call, "%s/chat/completions?api-version=", path);

    } else {
        paperal_buf_str(call, "/openai/deployments/");
        llm_url_escape(call, model);
        paperal_buf_str(call, "/chat/completions?api-version=");
    }

    paperal_buf_str(models, "/openai/models?api-version=");
    llm_url_escape(call, api_version != NULL ? api_version : LLM_API_VERSION);
    llm_url_escape(models, api_version != NULL ? api_version
                                               : LLM_API_VERSION);
}


static void
llm_url_escape(paperal_buf_t *b, const char *s)
{
    for ( /* void */ ; *s != '\0'; s++) {
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                   "0123456789-._~", *s) != NULL)
        {
            paperal_buf_char(b, *s);

        } else {
            paperal_buf_printf(b, "%%%02X", (unsigned char) *s);
        }
    }
}
