/* Plays a vendor's picture library for the test codec of hardware_sim/idcard/photo.py.
 *
 * It is no WLT decoder: blocks of real cards are refused. Each function is one way for
 * a library to behave. Block: 16 bytes label, 16 colours of 3 bytes red green blue, then
 * 34 x 42 points of 4 bits; every point is shown 3 x 3.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WIDE = 102, HIGH = 126, ROW = 308, HEAD = 54 };

static int points(const unsigned char *block, unsigned char *to, int row) {
    int x, y;
    if (memcmp(block, "KIOSK24-TESTPIC1", 16) != 0) return -4;
    for (y = 0; y < HIGH; y++)
        for (x = 0; x < WIDE; x++) {
            int at = (y / 3) * 34 + x / 3;
            int pair = block[64 + at / 2];
            const unsigned char *rgb = block + 16 + 3 * (at % 2 ? pair & 15 : pair >> 4);
            unsigned char *bgr = to + (HIGH - 1 - y) * row + x * 3;
            bgr[0] = rgb[2];
            bgr[1] = rgb[1];
            bgr[2] = rgb[0];
        }
    return 1;
}

int unpack(const unsigned char *source, unsigned char *target, int save) {
    static const unsigned char head[HEAD] = {
        'B', 'M', 0xCE, 0x97, 0, 0, 0, 0, 0, 0, HEAD, 0, 0, 0, 40, 0, 0, 0,
        WIDE, 0, 0, 0, HIGH, 0, 0, 0, 1, 0, 24};
    if (save != 0) return -2;
    memset(target, 0, HEAD + HIGH * ROW);
    memcpy(target, head, HEAD);
    return points(source, target + HEAD, ROW);
}

int unpack_plain(unsigned char *target, const unsigned char *source) {
    return points(source, target, WIDE * 3) == 1 ? 0 : -1;
}

int unpack_talkative(const unsigned char *source, unsigned char *target, int save) {
    printf("licensed to nobody\n");
    fflush(stdout);
    return unpack(source, target, save);
}

int unpack_crash(const unsigned char *source, unsigned char *target, int save) {
    volatile int *nowhere = NULL;
    return *nowhere + source[0] + target[0] + save;
}

int unpack_hang(const unsigned char *source, unsigned char *target, int save) {
    for (;;) sleep(3600);
    return source[0] + target[0] + save;
}

int unpack_exit(const unsigned char *source, unsigned char *target, int save) {
    _exit(source[0] + target[0] + save > 0 ? 3 : 4);
}

int unpack_lie(const unsigned char *source, unsigned char *target, int save) {
    return source[0] + target[0] + save > 0;
}

int unpack_other_size(const unsigned char *source, unsigned char *target, int save) {
    int good = unpack(source, target, save);
    target[18] = 200;
    return good;
}
