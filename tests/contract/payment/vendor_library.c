/* Plays a vendor's MIS library against an acquirer that is a file.
 *
 * MIS_BOOK names the file: one line "receipt amount result kind" a transaction.
 * MIS_MODE says how the library behaves. Where a socket "pad" lies beside the library,
 * that PIN pad says it instead, anew at each step of a transaction, and the book lies
 * there too: "request", "card", "bank" and "booked" go to the pad as a line each, and
 * its line back is the mode from there on. A pad that hangs up is an error (-1).
 *
 * Request: type 2, amount 12, receipt 6, counter
 * 8. Response: result 2, type 2, amount 12, receipt 6, card 19, terminal 8, date 8,
 * time 6, scheme 20.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static volatile int cancelled = 0;
static char ordered[40] = "";

int bankall(const char *request, char *response);

static int mode(const char *name) {
    const char *set = ordered[0] ? ordered : getenv("MIS_MODE");
    return set != NULL && strcmp(set, name) == 0;
}

static void beside(const char *name, char *path, size_t size) {
    Dl_info self;
    dladdr((void *)bankall, &self);
    int folder = strrchr(self.dli_fname, '/') - self.dli_fname;
    snprintf(path, size, "%.*s/%s", folder, self.dli_fname, name);
}

static const char *book_path(void) {
    static char path[PATH_MAX];
    if (getenv("MIS_BOOK") != NULL) return getenv("MIS_BOOK");
    beside("book", path, sizeof path);
    return path;
}

static void crash(void) {
    volatile int *nowhere = NULL;
    *nowhere = 1;
}

static void misbehave(const char *when) {
    char name[40];
    snprintf(name, sizeof name, "crash_%s", when);
    if (mode(name)) crash();
    snprintf(name, sizeof name, "hang_%s", when);
    if (mode(name)) sleep(3600);
    snprintf(name, sizeof name, "exit_%s", when);
    if (mode(name)) _exit(3);
}

/* Tell the pad how far we are; 0 when it, or its cable, is gone. */
static int tell_pad(const char *step) {
    char path[PATH_MAX];
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    size_t got = 0;
    int pad;
    beside("pad", path, sizeof path);
    if (access(path, F_OK) != 0) return 1;
    strncpy(at.sun_path, path, sizeof at.sun_path - 1);
    pad = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(pad, (struct sockaddr *)&at, sizeof at) == 0) {
        char line[64];
        snprintf(line, sizeof line, "%s\n", step);
        send(pad, line, strlen(line), MSG_NOSIGNAL);
        while (got < sizeof ordered - 1 && recv(pad, ordered + got, 1, 0) == 1) {
            if (ordered[got] == '\n') {
                ordered[got] = 0;
                close(pad);
                if (mode("crash")) crash();
                return 1;
            }
            got++;
        }
    }
    close(pad);
    return 0;
}

static long newest(long *amount, char *result, char *kind) {
    long number = 0;
    FILE *book = fopen(book_path(), "r");
    if (book == NULL) return 0;
    while (fscanf(book, "%ld %ld %2s %2s", &number, amount, result, kind) == 4) continue;
    fclose(book);
    return number;
}

static void enter(long number, long amount, const char *result, const char *kind) {
    FILE *book = fopen(book_path(), "a");
    fprintf(book, "%ld %ld %s %s\n", number, amount, result, kind);
    fclose(book);
}

static int reversed_before(long receipt) {
    long number, amount, last = -1;
    char result[3], kind[3];
    int found = 0;
    FILE *book = fopen(book_path(), "r");
    if (book == NULL) return 0;
    while (fscanf(book, "%ld %ld %2s %2s", &number, &amount, result, kind) == 4) {
        if (strcmp(kind, "01") == 0 && last == receipt) found = 1;
        last = number;
    }
    fclose(book);
    return found;
}

static void answer(char *out, const char *result, const char *kind, long amount,
                   long number) {
    char text[256];
    snprintf(text, sizeof text,
             "%-2.2s%-2.2s%012ld%06ld%-19s%-8s%-8s%-6s", result, kind, amount, number,
             "6299990000000018", "24000317", "20261121", "201500");
    memcpy(out, text, strlen(text));
    /* UnionPay in GBK, then blanks. */
    memcpy(out + strlen(text), "\xd2\xf8\xc1\xaa                ", 20);
}

int bankcancel(void) {
    cancelled = 1;
    return 0;
}

static int sell(const char *request, char *response) {
    char digits[13] = {0}, result[3] = "00", kind[3] = "00";
    long old = 0, amount, number;
    int waited;
    memcpy(digits, request + 2, 12);
    amount = atol(digits);
    if (!tell_pad("card")) return -1;
    for (waited = 0; mode("wait") && !cancelled && waited < 500; waited++) usleep(10000);
    if (cancelled) {
        cancelled = 0;
        answer(response, "C1", "00", amount, 0);
        return tell_pad("stopped") ? 0 : -1;
    }
    if (mode("slow")) usleep(700000);
    misbehave("before");
    if (!tell_pad("bank")) return -1;
    number = newest(&old, result, kind) + 1;
    strcpy(result, mode("decline") ? "51" : "00");
    enter(number, amount, result, "00");
    misbehave("after");
    if (!tell_pad("booked")) return -1;
    cancelled = 0;
    if (mode("wrong_amount")) amount += 1;
    if (mode("strange_result")) strcpy(result, "Z9");
    answer(response, result, "00", amount, number);
    return 0;
}

/* What a library with a bug, or a buffer that is too small, makes of its answer. */
static int spoil(char *response) {
    long whole;
    if (mode("noise")) memset(response, 0xff, 83);
    if (strncmp(ordered, "half ", 5) == 0) {
        whole = atol(ordered + 5);
        memset(response + whole, 0, 83 - whole);
    }
    return mode("refused") ? -1 : 0;
}

int bankall(const char *request, char *response) {
    char result[3] = "00", kind[3] = "00", digits[7] = {0};
    long amount = 0, number;
    if (!tell_pad("request")) return -1;
    if (mode("print")) {
        printf("{\"id\": 1, \"returned\": 0}\n");
        fflush(stdout);
    }
    if (mode("refuse_all")) return -1;
    if (mode("garbage")) {
        memset(response, 0xff, 83);
        return 0;
    }
    if (mode("overflow")) memset(response, 'x', 4000);
    if (strncmp(request, "00", 2) == 0) {
        if (sell(request, response) != 0) return -1;
    } else if (strncmp(request, "01", 2) == 0) {
        memcpy(digits, request + 14, 6);
        number = newest(&amount, result, kind);
        if (reversed_before(atol(digits)))
            answer(response, "R1", "01", amount, number);
        else if (number != atol(digits))
            answer(response, "25", "01", 0, 0);
        else {
            if (!tell_pad("bank")) return -1;
            enter(number + 1, amount, "00", "01");
            if (!tell_pad("booked")) return -1;
            answer(response, "00", "01", amount, number + 1);
        }
    } else {
        number = newest(&amount, result, kind);
        answer(response, number ? result : "N0", kind, amount, number);
    }
    return spoil(response);
}
