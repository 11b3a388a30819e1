/* Answers "m n k threads reps" with the seconds of one C = A Bᵀ, the product
   of a linear layer: A [m,k], B [n,k], C [m,n], all row-major. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void openblas_set_num_threads(int);

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static float *fill(long n) {
    float *x = malloc(n * sizeof *x);
    for (long i = 0; x && i < n; i++) x[i] = (float)(i % 17) - 8;
    return x;
}

int main(void) {
    int m, n, k, threads, reps;
    puts("ready");
    fflush(stdout);
    while (scanf("%d %d %d %d %d", &m, &n, &k, &threads, &reps) == 5) {
        float *a = fill((long)m * k), *b = fill((long)n * k), *c = fill((long)m * n);
        if (!a || !b || !c) return 1;
        openblas_set_num_threads(threads);
        double start = 0;
        for (int r = -1; r < reps; r++) {
            if (r == 0) start = now(); /* the first run warms up */
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, a, k, b, k, 0, c, n);
        }
        printf("%.9g\n", (now() - start) / reps);
        fflush(stdout);
        free(a), free(b), free(c);
    }
    return 0;
}
