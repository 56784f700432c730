/*
 * Sentences that deny an effect, sentences that deny a harm, and sentences on
 * a control group alone.
 */

#include "test.h"

#include "effect.h"


static const char *const  denied[] = {
    "No significant change in Bax was observed with Os treatment.",
    "The value of MAP was more or less comparable to control recordings.",
    "Os failed to demonstrate any significant protective effects.",
    "The extract did not exhibit activity against either strain.",
    "The filter did not significantly improve the recall.",
    "There was no difference between the two membranes.",
    "The yield of the device was similar to that of the control group.",
    "The treatment did not improve the error of the sensor.",
    "No significant reduction of side effects was found.",
    "No toxicity was seen, but the drug had no significant effect on pain.",
    "\xe4\xb8\xa4\xe7\xbb\x84\xe6\x97\xa0\xe6\x98\xbe\xe8\x91\x97\xe5\xb7\xae"
        "\xe5\xbc\x82\xe3\x80\x82",                        /* 两组无显著差异 */
    "\xe6\x9c\xaa\xe8\x83\xbd\xe6\x8f\x90\xe9\xab\x98\xe7\xb2\xbe\xe5\xba\xa6"
        "\xe3\x80\x82",                                    /* 未能提高精度 */
    "\xe6\x95\x88\xe6\x9e\x9c\xe4\xb8\x8e\xe5\xaf\xb9\xe7\x85\xa7\xe7\xbb\x84"
        "\xe7\x9b\xb8\xe5\xbd\x93\xe3\x80\x82",          /* 效果与对照组相当 */
    "\xe4\xba\xa7\xe7\x8e\x87\xe6\xb2\xa1\xe6\x9c\x89\xe6\x98\xbe\xe8\x91\x97"
        "\xe6\x8f\x90\xe9\xab\x98\xe3\x80\x82"         /* 产率没有显著提高 */
};

static const char *const  spared[] = {
    "The coating showed no significant loss of capacity in 500 cycles.",
    "The accuracy did not degrade when half of the sensors were removed.",
    "The pump ran for a year without a decrease in flow.",
    "No side effects were observed in any of the patients.",
    "The compound did not show any significant toxicity.",
    "There was no significant difference in toxicity between both groups.",
    "The method analyses extreme events with insignificant overhead.",
    "Our method reduced the error by 12.5 %.",
    "The proposed membrane outperforms the untreated control.",
    "\xe5\xae\xb9\xe9\x87\x8f\xe6\x97\xa0\xe6\x98\xbe\xe8\x91\x97\xe4\xb8\x8b"
        "\xe9\x99\x8d\xe3\x80\x82",                      /* 容量无显著下降 */
    "\xe6\x9c\xaa\xe8\xa7\x81\xe6\xaf\x92\xe6\x80\xa7\xe3\x80\x82",
                                                               /* 未见毒性 */
    "\xe5\x87\x86\xe7\xa1\xae\xe7\x8e\x87\xe6\x8f\x90\xe9\xab\x98\xe4\xba\x86"
        "12%\xe3\x80\x82"                                /* 准确率提高了12% */
};

static const char *const  control[] = {
    "In the control IR group injury triggered cell death.",
    "Untreated controls lost 12 % of their weight.",
    "LVEDP remained significantly increased in untreated controls.",
    "It remained significantly increased at 5 min compared to the sham "
        "group.",
    "\xe5\xaf\xb9\xe7\x85\xa7\xe7\xbb\x84\xe6\xad\xbb\xe4\xba\xa1\xe7\x8e\x87"
        "\xe4\xb8\xba""12%\xe3\x80\x82"                /* 对照组死亡率为12% */
};

static const char *const  both[] = {
    "Cl reduced the number of dead cells compared to the control group.",
    "In the control group 30 % died, whereas 10 % of ours died.",
    "The control system of the plant is stable."
};


int
main(void)
{
    size_t  i;

    for (i = 0; i < test_count(denied); i++) {
        test_ok(effect_is_denied(denied[i]), "denied: %s", denied[i]);
        test_ok(!effect_counts(denied[i]), "and does not count");
    }

    for (i = 0; i < test_count(spared); i++) {
        test_ok(effect_counts(spared[i]), "counts: %s", spared[i]);
    }

    for (i = 0; i < test_count(control); i++) {
        test_ok(effect_is_control(control[i]), "control: %s", control[i]);
        test_ok(!effect_counts(control[i]), "and does not count");
    }

    for (i = 0; i < test_count(both); i++) {
        test_ok(!effect_is_control(both[i]), "not alone: %s", both[i]);
    }

    return test_done();
}
