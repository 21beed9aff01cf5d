/*
 * The floor: the smallest program that can hold a dialogue of lines, for what it costs beside a check.
 *
 *   floor PORT CA STEP...       on 127.0.0.1
 *     >TEXT    send a line
 *     <TEXT    read lines up to one that begins so
 *     !        shake hands, and verify the certificate of "localhost" by CA (built with -DTLS and OpenSSL only)
 *
 * It has no deadline, no options, no diagnosis. What it takes is what connection, bytes and libraries cost.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef TLS
#include <openssl/ssl.h>
static SSL *tls;
#endif

static int fd;
static char buffer[65536];
static size_t have;

static long receive(char *to, size_t size) {
#ifdef TLS
    if (tls) return SSL_read(tls, to, (int)size);
#endif
    return read(fd, to, size);
}

static long deliver(const char *from, size_t size) {
#ifdef TLS
    if (tls) return SSL_write(tls, from, (int)size);
#endif
    return write(fd, from, size);
}

static void say(const char *text) {
    char line[1024];
    size_t size = strlen(text);
    if (size > sizeof line - 2) exit(2);
    memcpy(line, text, size);
    memcpy(line + size, "\r\n", 2);
    if (deliver(line, size + 2) != (long)size + 2) exit(2);
}

static void hear(const char *begin) {
    for (;;) {
        char *end;
        while (!(end = memchr(buffer, '\n', have))) {
            long got = receive(buffer + have, sizeof buffer - have);
            if (got <= 0) exit(2);
            have += (size_t)got;
        }
        size_t size = (size_t)(end - buffer) + 1;
        int match = size > strlen(begin) && !memcmp(buffer, begin, strlen(begin));
        memmove(buffer, buffer + size, have -= size);
        if (match) return;
    }
}

static void secure(const char *ca) {
#ifdef TLS
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!SSL_CTX_load_verify_locations(context, ca, NULL)) exit(2);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL *session = SSL_new(context);
    SSL_set1_host(session, "localhost");
    SSL_set_tlsext_host_name(session, "localhost");
    SSL_set_fd(session, fd);
    if (SSL_connect(session) != 1) exit(2);
    tls = session;
#else
    (void)ca;
    exit(2);
#endif
}

int main(int argc, char **argv) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (argc < 3) return 2;
    to.sin_port = htons((unsigned short)atoi(argv[1]));
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) return 2;
    for (int at = 3; at < argc; at++) {
        if (*argv[at] == '>') say(argv[at] + 1);
        else if (*argv[at] == '<') hear(argv[at] + 1);
        else secure(argv[2]);
    }
    return 0;
}
