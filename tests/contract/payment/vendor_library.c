/* Plays a vendor's MIS library against an acquirer that is a file.
 *
 * MIS_BOOK names the file: one line "receipt amount result kind" a transaction.
 * MIS_MODE says how the library behaves. Request: type 2, amount 12, receipt 6, counter
 * 8. Response: result 2, type 2, amount 12, receipt 6, card 19, terminal 8, date 8,
 * time 6, scheme 20.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int cancelled = 0;

static int mode(const char *name) {
    const char *set = getenv("MIS_MODE");
    return set != NULL && strcmp(set, name) == 0;
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

static long newest(long *amount, char *result, char *kind) {
    long number = 0;
    FILE *book = fopen(getenv("MIS_BOOK"), "r");
    if (book == NULL) return 0;
    while (fscanf(book, "%ld %ld %2s %2s", &number, amount, result, kind) == 4) continue;
    fclose(book);
    return number;
}

static void enter(long number, long amount, const char *result, const char *kind) {
    FILE *book = fopen(getenv("MIS_BOOK"), "a");
    fprintf(book, "%ld %ld %s %s\n", number, amount, result, kind);
    fclose(book);
}

static int reversed_before(long receipt) {
    long number, amount, last = -1;
    char result[3], kind[3];
    int found = 0;
    FILE *book = fopen(getenv("MIS_BOOK"), "r");
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

static void sell(const char *request, char *response) {
    char digits[13] = {0}, result[3] = "00", kind[3] = "00";
    long old = 0, amount, number;
    int waited;
    memcpy(digits, request + 2, 12);
    amount = atol(digits);
    for (waited = 0; mode("wait") && !cancelled && waited < 500; waited++) usleep(10000);
    if (cancelled) {
        answer(response, "C1", "00", amount, 0);
        return;
    }
    if (mode("slow")) usleep(700000);
    misbehave("before");
    number = newest(&old, result, kind) + 1;
    strcpy(result, mode("decline") ? "51" : "00");
    enter(number, amount, result, "00");
    misbehave("after");
    if (mode("wrong_amount")) amount += 1;
    if (mode("strange_result")) strcpy(result, "Z9");
    answer(response, result, "00", amount, number);
}

int bankall(const char *request, char *response) {
    char result[3] = "00", kind[3] = "00", digits[7] = {0};
    long amount = 0, number;
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
        sell(request, response);
    } else if (strncmp(request, "01", 2) == 0) {
        memcpy(digits, request + 14, 6);
        number = newest(&amount, result, kind);
        if (reversed_before(atol(digits)))
            answer(response, "R1", "01", amount, number);
        else if (number != atol(digits))
            answer(response, "25", "01", 0, 0);
        else {
            enter(number + 1, amount, "00", "01");
            answer(response, "00", "01", amount, number + 1);
        }
    } else {
        number = newest(&amount, result, kind);
        answer(response, number ? result : "N0", kind, amount, number);
    }
    return 0;
}
