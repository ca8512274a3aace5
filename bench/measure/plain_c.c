// plain_c.c: net.m's scheme as a plain C float loop
// SPDX-License-Identifier: Apache-2.0
//
// The Makefile compiles this file, and no other, with -O3 -march=native -ffast-math.
#include "plain_c.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64, STREAMS = 64 }; // independent generators, side by side in SIMD registers

struct plain_network {
    size_t count;  // neurons
    size_t padded; // to whole blocks of 2 STREAMS
    float *v, *u, *a, *b, *c, *d, *bias, *sd, *input;
    struct plain_synapses synapses;
    uint64_t events;
    enum plain_noise noise;
    uint32_t random[4][STREAMS]; // xoshiro128+
};

// ---- Noise -------------------------------------------------------------------------------------

union word {
    float number;
    uint32_t bits;
    int32_t integer;
};

// Natural logarithm of 2^-24..1, error below 2e-6.
static inline float logarithm(float x)
{
    union word mantissa = {x};
    int32_t exponent = (mantissa.integer - 0x3f3504f3) >> 23;
    mantissa.integer -= exponent * (1 << 23); // in sqrt(1/2)..sqrt(2)
    float t = (mantissa.number - 1) / (mantissa.number + 1), s = t * t;
    float p = 2 + s * (0.66666667f + s * (0.4f + s * 0.28571430f));
    return t * p + 0.69314718f * (float)exponent;
}

// sin(pi t) and sin(pi t + pi/2) for -1/2..1/2, error below 1e-6.
static inline float sine(float t)
{
    float s = t * t;
    return t * (3.14159265f +
                s * (-5.16771278f + s * (2.55016404f + s * (-0.59926453f + s * 0.08214589f))));
}
static inline float cosine(float t)
{
    float s = t * t;
    return 1 + s * (-4.93480220f +
                    s * (4.05871213f + s * (-1.33526277f + s * (0.23533063f + s * -0.02580689f))));
}

static void draw_words(uint32_t random[restrict 4][STREAMS], int32_t *restrict word)
{
    for (int i = 0; i < STREAMS; i++) {
        uint32_t s0 = random[0][i], s1 = random[1][i], s2 = random[2][i], s3 = random[3][i];
        word[i] = (int32_t)(s0 + s3);
        s2 ^= s0;
        s3 ^= s1;
        random[0][i] = s0 ^ s3;
        random[1][i] = s1 ^ s2;
        random[2][i] = s2 ^ s1 << 9;
        random[3][i] = s3 << 11 | s3 >> 21;
    }
}

// Two normal numbers from two words: Box and Muller. The angle is pi t or, by the sign, pi t + pi.
static void normal_of_words(const int32_t *restrict first, const int32_t *restrict second,
                            float *restrict cosines, float *restrict sines)
{
    for (int i = 0; i < STREAMS; i++) {
        float part = (float)((first[i] >> 8 & 0xffffff) + 1) * 0x1p-24f;
        union word radius = {sqrtf(-2 * logarithm(part))};
        float t = (float)((int32_t)((uint32_t)second[i] << 1) >> 8) * 0x1p-24f;
        radius.integer ^= second[i] & INT32_MIN;
        cosines[i] = radius.number * cosine(t);
        sines[i] = radius.number * sine(t);
    }
}

static void draw_blocks(uint32_t random[4][STREAMS], float *normal, size_t blocks)
{
    for (size_t block = 0; block < blocks; block++, normal += 2 * STREAMS) {
        int32_t first[STREAMS], second[STREAMS];
        draw_words(random, first);
        draw_words(random, second);
        normal_of_words(first, second, normal, normal + STREAMS);
    }
}

// -1..1, from the first of the generators.
static inline float draw_one(uint32_t random[4][STREAMS])
{
    uint32_t s0 = random[0][0], s1 = random[1][0], s2 = random[2][0] ^ s0, s3 = random[3][0] ^ s1;
    int32_t word = (int32_t)(s0 + random[3][0]);
    random[0][0] = s0 ^ s3;
    random[1][0] = s1 ^ s2;
    random[2][0] = s2 ^ s1 << 9;
    random[3][0] = s3 << 11 | s3 >> 21;
    return (float)(word >> 8) * 0x1p-23f;
}

static void draw_pairs(uint32_t random[4][STREAMS], float *normal, size_t count)
{
    for (size_t i = 0; i < count; i += 2) {
        float x, y, square;
        do {
            x = draw_one(random);
            y = draw_one(random);
            square = x * x + y * y;
        } while (square >= 1 || square < 1e-12f);
        float factor = sqrtf(-2 * logf(square) / square);
        normal[i] = factor * x;
        normal[i + 1] = factor * y;
    }
}

// normal has room for whole blocks.
static void draw(struct plain_network *n, float *normal, size_t padded)
{
    if (n->noise == PLAIN_NOISE_ONE)
        draw_pairs(n->random, normal, padded);
    else
        draw_blocks(n->random, normal, padded / (2 * STREAMS));
}

void plain_network_draw(struct plain_network *n, float *normal, size_t count)
{
    float block[2 * STREAMS];
    for (size_t i = 0; i < count; i += 2 * STREAMS) {
        draw(n, block, 2 * STREAMS);
        size_t left = count - i < 2 * STREAMS ? count - i : 2 * STREAMS;
        memcpy(normal + i, block, left * sizeof *normal);
    }
}

// splitmix64, for seeds.
static uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

// ---- The network -------------------------------------------------------------------------------

static float *new_array(size_t padded)
{
    float *array = aligned_alloc(ALIGNMENT, padded * sizeof *array);
    if (array)
        memset(array, 0, padded * sizeof *array);
    return array;
}

static bool allocate(struct plain_network *n)
{
    float **arrays[] = {&n->v, &n->u, &n->a, &n->b, &n->c, &n->d, &n->bias, &n->sd, &n->input};
    bool good = true;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        *arrays[i] = new_array(n->padded);
        good = good && *arrays[i];
    }
    return good;
}

static void start(struct plain_network *n, const struct plain_neuron *neurons)
{
    for (size_t i = 0; i < n->padded; i++) {
        // What fills the last block rests: v = -70, u = -14 is an equilibrium of b = 0.2.
        struct plain_neuron p = i < n->count ? neurons[i] : (struct plain_neuron){.b = 0.2f};
        n->a[i] = p.a;
        n->b[i] = p.b;
        n->c[i] = p.c;
        n->d[i] = p.d;
        n->bias[i] = p.bias;
        n->sd[i] = p.sd;
        n->v[i] = i < n->count ? -65 : -70;
        n->u[i] = p.b * n->v[i];
    }
}

struct plain_network *plain_network_new(const struct plain_neuron *neurons, size_t count,
                                        const struct plain_synapses *synapses,
                                        enum plain_noise noise, uint32_t seed)
{
    struct plain_network *n = calloc(1, sizeof *n);
    uint64_t state = seed;
    if (!n)
        return NULL;
    n->count = count;
    n->padded = (count + 2 * STREAMS - 1) / (2 * STREAMS) * (2 * STREAMS);
    n->synapses = *synapses;
    n->noise = noise;
    if (!allocate(n)) {
        plain_network_free(n);
        return NULL;
    }
    start(n, neurons);
    for (int i = 0; i < STREAMS; i++) {
        for (int word = 0; word < 4; word++)
            n->random[word][i] = (uint32_t)(mix(&state) >> 32);
    }
    return n;
}

void plain_network_free(struct plain_network *n)
{
    if (!n)
        return;
    float *arrays[] = {n->v, n->u, n->a, n->b, n->c, n->d, n->bias, n->sd, n->input};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    free(n);
}

static void set_input(float *restrict input, const float *restrict bias, const float *restrict sd,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        input[i] = bias[i] + sd[i] * input[i];
}

// Few neurons spike in a millisecond, so blocks without one are passed over.
static size_t find_spikes(const float *v, size_t count, uint32_t *spiked)
{
    enum { BLOCK = 32 };
    size_t found = 0;
    for (size_t block = 0; block < count; block += BLOCK) {
        int any = 0;
        for (int i = 0; i < BLOCK; i++)
            any |= v[block + i] >= 30;
        for (size_t i = block; any && i < block + BLOCK; i++) {
            if (v[i] >= 30)
                spiked[found++] = (uint32_t)i;
        }
    }
    return found;
}

static void add_dense(float *restrict input, const float *restrict weight, size_t count)
{
    for (size_t i = 0; i < count; i++)
        input[i] += weight[i];
}

static void add_sparse(float *restrict input, const uint32_t *restrict target,
                       const float *restrict weight, size_t count)
{
    for (size_t i = 0; i < count; i++)
        input[target[i]] += weight[i];
}

static void deliver(struct plain_network *n, uint32_t source)
{
    const struct plain_synapses *s = &n->synapses;
    if (!s->target) {
        add_dense(n->input, s->weight + (size_t)source * n->count, n->count);
        n->events += n->count;
        return;
    }
    uint64_t first = s->first[source], count = s->first[source + 1] - first;
    add_sparse(n->input, s->target + first, s->weight + first, count);
    n->events += count;
}

static void update(float *restrict v, float *restrict u, const float *restrict input,
                   const float *restrict a, const float *restrict b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float x = v[i], drive = 140 - u[i] + input[i];
        x += 0.5f * ((0.04f * x + 5) * x + drive);
        x += 0.5f * ((0.04f * x + 5) * x + drive);
        v[i] = x;
        u[i] += a[i] * (b[i] * x - u[i]);
    }
}

size_t plain_network_step(struct plain_network *n, uint32_t *spiked)
{
    draw(n, n->input, n->noise == PLAIN_NOISE_ONE ? n->count : n->padded);
    set_input(n->input, n->bias, n->sd, n->padded);
    size_t found = find_spikes(n->v, n->padded, spiked);
    for (size_t i = 0; i < found; i++) {
        uint32_t source = spiked[i];
        n->v[source] = n->c[source];
        n->u[source] += n->d[source];
        deliver(n, source);
    }
    update(n->v, n->u, n->input, n->a, n->b, n->padded);
    return found;
}

uint64_t plain_network_events(const struct plain_network *n)
{
    return n->events;
}
