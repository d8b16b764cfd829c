/* The reference model by hand: Runge-Kutta over blocks of runs, one run a vector lane.

   Every loop over lanes is one straight-line body that the compiler turns into vector code, with
   exp and log from the vector maths library; the power is exp(b log a), half as dear there as pow.
   This is the limit that the other engines are held against, so it has no names, units, checks or
   guards. The numbers are those of reference_model.py. */

#include <math.h>

#ifndef LANES
#define LANES 8 /* one AVX-512 register, two of AVX2 */
#endif
#define STOCKS 10
#define DRAWN 15
#define SERIES 11

typedef double block[LANES] __attribute__((aligned(64)));

#define EACH_LANE _Pragma("omp simd") for (int l = 0; l < LANES; l++)

/* Net change of the ten stocks `y` of one block of runs with parameters `p`, times as rates */
static inline __attribute__((always_inline)) void rates(
    const block *restrict y, const block *restrict p, double population, double early_help,
    double statutory, block *restrict net)
{
    double per_capacity = 1 / (70 * statutory);
    EACH_LANE {
        double referred = y[0][l], support = y[1][l], enquiry = y[2][l], plan = y[3][l];
        double care_1 = y[4][l], care_2 = y[5][l], care_3 = y[6][l];
        double home_1 = y[7][l], home_2 = y[8][l], felt = y[9][l];
        double in_care = care_1 + care_2 + care_3;
        double work = 0.6 * referred + support + 2 * enquiry + 2.2 * plan + 2.6 * in_care;
        double declined = 0.45 / (1 + exp(-p[14][l] * (work * per_capacity - 1)));
        double kept = exp(p[1][l] * log(felt * (1 / 3600.0)));
        double accepted = population * p[0][l] * kept * (1 - declined);
        double assessed = p[3][l] * referred, completed = p[6][l] * enquiry;
        double planned = p[7][l] * completed;
        double ended = p[9][l] * plan, to_care = p[10][l] * ended;
        double out_1 = p[11][l] * care_1, out_2 = p[11][l] * care_2, out_3 = p[11][l] * care_3;
        double back_1 = p[13][l] * home_1, back_2 = 0.05 * home_2;
        net[0][l] = accepted - assessed;
        net[1][l] = p[4][l] * assessed + 0.35 * (completed - planned) + 0.6 * (ended - to_care)
                    - (0.10 + 0.045 + p[8][l]) * support;
        net[2][l] = p[5][l] * assessed + 0.10 * support - completed;
        net[3][l] = planned - ended;
        net[4][l] = to_care + 0.045 * support + back_1 + back_2 - out_1;
        net[5][l] = out_1 - out_2;
        net[6][l] = out_2 - out_3;
        net[7][l] = p[12][l] * out_3 - back_1 - home_1;
        net[8][l] = home_1 - back_2 - 0.25 * home_2;
        net[9][l] = (early_help - felt) * p[2][l];
    }
}

/* Write stocks and the pace of spending of one block; `out` is one saved moment (SERIES, n_runs) */
static void save(const block *y, const block *p, double early_help, double *out, long n_runs,
                 int used)
{
    for (int i = 0; i < STOCKS; i++)
        for (int l = 0; l < used; l++) out[i * n_runs + l] = y[i][l];
    for (int l = 0; l < used; l++)
        out[STOCKS * n_runs + l] = 0.0011 * p[3][l] * y[0][l] + 0.0023 * p[6][l] * y[2][l]
                                   + 0.0042 * y[1][l] + 0.0075 * y[3][l]
                                   + 0.061 * (y[4][l] + y[5][l] + y[6][l]) + early_help;
}

/* One step from moment `at` of the half-step grid */
static void advance(block *restrict y, const block *restrict p, const double *const inputs[3],
                    long at, double step)
{
    block sum[STOCKS], mid[STOCKS], slope[STOCKS];
    const double *pop = inputs[0] + at, *help = inputs[1] + at, *stat = inputs[2] + at;
    rates(y, p, pop[0], help[0], stat[0], slope);
    for (int i = 0; i < STOCKS; i++)
        EACH_LANE { sum[i][l] = slope[i][l]; mid[i][l] = y[i][l] + step / 2 * slope[i][l]; }
    rates(mid, p, pop[1], help[1], stat[1], slope);
    for (int i = 0; i < STOCKS; i++)
        EACH_LANE { sum[i][l] += 2 * slope[i][l]; mid[i][l] = y[i][l] + step / 2 * slope[i][l]; }
    rates(mid, p, pop[1], help[1], stat[1], slope);
    for (int i = 0; i < STOCKS; i++)
        EACH_LANE { sum[i][l] += 2 * slope[i][l]; mid[i][l] = y[i][l] + step * slope[i][l]; }
    rates(mid, p, pop[2], help[2], stat[2], slope);
    for (int i = 0; i < STOCKS; i++)
        EACH_LANE y[i][l] += step / 6 * (sum[i][l] + slope[i][l]);
}

/* Run columns `first` to `last` of `drawn` (DRAWN, n_runs) into `out` (years + 1, SERIES, n_runs).
   `inputs` holds the three tables at every half step, (3, 2 * years * steps + 1). */
void run_columns(const double *drawn, long n_runs, long first, long last, const double *inputs,
                 const double *starts, long years, long steps, double *out)
{
    long moments = 2 * years * steps + 1;
    const double *tables[3] = {inputs, inputs + moments, inputs + 2 * moments};
    for (long run = first; run < last; run += LANES) {
        int used = last - run < LANES ? (int)(last - run) : LANES;
        block y[STOCKS], p[DRAWN];
        for (int i = 0; i < DRAWN; i++) /* lanes beyond the last run repeat it */
            for (int l = 0; l < LANES; l++)
                p[i][l] = drawn[i * n_runs + run + (l < used ? l : used - 1)];
        EACH_LANE { p[2][l] = 1 / p[2][l]; p[11][l] = 3 / p[11][l]; } /* times become rates */
        for (int i = 0; i < STOCKS; i++)
            for (int l = 0; l < LANES; l++) y[i][l] = starts[i];
        for (long k = 0; k <= years * steps; k++) {
            double *saved = out + k / steps * SERIES * n_runs + run;
            if (k % steps == 0) save(y, p, tables[1][2 * k], saved, n_runs, used);
            if (k < years * steps) advance(y, p, tables, 2 * k, 1.0 / steps);
        }
    }
}
