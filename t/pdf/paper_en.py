"""The English test paper: one text, set in two columns over 12 pages."""

TITLE = ("Layered Graphene Oxide Membranes for Low-Pressure Desalination"
         " of Brackish Groundwater")
AUTHORS = ["Maria Lindqvist", "Tomas Okafor", "Wei Zhang",
           "Helena Duarte-Silva"]
AFFILIATIONS = [
    "1 Department of Chemical Engineering, University of Northmoor, Northmoor,"
    " Sweden",
    "2 Institute for Water Technology, Ridgefield College, Ridgefield, Canada",
]
DOI = "10.5555/paperal.2024.0117"
JOURNAL = "Journal of Imaginary Water Research 12 (2024) 101-112"
KEYWORDS = ["desalination", "graphene oxide", "membrane fouling",
            "brackish groundwater", "energy demand"]

ABSTRACT = (
    "Brackish groundwater is the only source of drinking water for many rural"
    " settlements, but reverse osmosis units are expensive to run and foul"
    " quickly. Here we present a layered graphene oxide membrane that is cast"
    " at low temperature and desalinates brackish water at a pressure of only"
    " 4.5 bar. In the laboratory the membrane rejected 96.8% of sodium"
    " chloride at a flux of 31.4 litres per square metre and hour. Eight"
    " prototype modules were then operated for 180 days at eight wells, where"
    " the median specific energy demand was 0.62 kWh per cubic metre, 41%"
    " below that of the reverse osmosis units beside them. Fouling reduced"
    " the flux by 12% over the whole period and was reversed by a"
    " citric-acid rinse. We conclude that low-pressure membranes can make"
    " small desalination units affordable, although the long-term stability"
    " beyond six months remains to be shown.")

SITES = [
    ("Hollow Creek", 31.2, 96.4, 0.61, 11), ("Salt Fork", 28.7, 95.9, 0.66, 14),
    ("Cedar Flat", 33.5, 97.1, 0.58, 9), ("Miller Draw", 30.1, 96.6, 0.63, 12),
    ("Lone Butte", 27.9, 95.2, 0.69, 17), ("Dry Meadow", 32.8, 97.4, 0.57, 8),
    ("Quarry Bend", 29.6, 96.0, 0.64, 13), ("Alder Wash", 31.9, 96.9, 0.60, 10),
]


def site_methods(name, flux, salt, energy, loss):
    return (
        "The well at %s is %d metres deep and serves %d households. Its water"
        " carries %d milligrams of dissolved solids per litre, mostly sodium,"
        " chloride and sulfate. The module was mounted beside the existing"
        " reverse osmosis unit and fed from the same tank, so that both saw"
        " the same water at the same time. A data logger recorded pressure,"
        " flow and conductivity every %d minutes, and a member of the village"
        " council read the electricity meter once a week. Samples for the"
        " laboratory were taken on the first Monday of every month, cooled to"
        " four degrees and analysed within two days." % (
            name, 30 + loss * 4, 20 + int(flux), 1800 + loss * 130,
            5 + loss % 4))


def site_results(name, flux, salt, energy, loss):
    return (
        "At %s the median flux was %.1f litres per square metre and hour and"
        " the salt rejection was %.1f%%. The specific energy demand was %.2f"
        " kWh per cubic metre, compared with %.2f for the reverse osmosis unit"
        " beside it. Over the 180 days the flux fell by %d%% and returned to"
        " within %d%% of its first value after the citric-acid rinse. The"
        " permeate met the guideline for drinking water on %d of 180 days; on"
        " the other days the conductivity sensor had been removed for"
        " cleaning. No leak of graphene oxide flakes into the permeate was"
        " detected at a limit of 0.5 micrograms per litre." % (
            name, flux, salt, energy, energy / 0.59, loss, 1 + loss % 3,
            180 - loss % 5))


def site_seasons(name, flux, salt, energy, loss):
    return (
        "The unit at %s saw water temperatures between %d and %d degrees."
        " The flux followed the temperature with a coefficient of %.1f%% per"
        " degree, close to the change of the viscosity of water. After heavy"
        " rain in May the turbidity rose to %d units and the feed filter had to"
        " be changed twice. The rejection did not depend on the season. The"
        " operators spent %d minutes per week on the unit, mostly for reading"
        " the meters, and reported %d unplanned stops, of which all but one"
        " were caused by power cuts. A spare module was kept in the village"
        " and was never needed." % (
            name, 6 + loss % 5, 17 + loss % 7, 2.1 + (loss % 6) / 10.0,
            4 + loss, 20 + loss, 1 + loss % 4))


def site_chemistry(name, flux, salt, energy, loss):
    return (
        "Water from %s contained %d milligrams of calcium and %d milligrams of"
        " magnesium per litre at a pH of %.1f. Silica was present at %d"
        " milligrams per litre, and the dissolved organic carbon was %.1f"
        " milligrams per litre. Iron was removed by aeration before the"
        " membrane. The saturation index of calcium carbonate in the"
        " concentrate stayed below %.1f, so that no antiscalant was dosed."
        " Bacterial counts in the permeate were below the limit of the"
        " drinking water ordinance in all samples." % (
            name, 60 + loss * 5, 20 + loss * 2, 7.0 + (loss % 8) / 10.0,
            8 + loss, 1.0 + loss / 10.0, 0.3 + (loss % 5) / 10.0))


def site_caption(n, name, flux, salt, energy, loss):
    return ("Figure %d. Daily flux at %s. The dashed line marks the median of"
            " %.1f litres per square metre and hour." % (n, name, flux))


def sections():
    """(level, number, title, paragraphs); None as number: unnumbered."""
    yield 1, "1", "Introduction", [
        "More than two hundred million people depend on groundwater whose"
        " salinity exceeds the guideline for drinking water [1]. Desalination"
        " by reverse osmosis is proven technology, but it needs pressures of"
        " 10 to 20 bar and skilled operators, and small units cost four times"
        " as much per cubic metre as large plants [2,3]. The lack of an"
        " affordable unit for a single village is therefore an open problem.",
        "Membranes made of graphene oxide have been proposed as an"
        " alternative because water passes between their sheets with little"
        " friction [4]. Early work reported very high permeability, but the"
        " sheets swell in water and lose their selectivity within days [5]."
        " Cross-linking with diamines limits the swelling at the price of a"
        " lower flux [6]. To our knowledge no graphene oxide membrane has been"
        " operated outside the laboratory for longer than two weeks.",
        "In this paper we propose a membrane of alternating graphene oxide"
        " and chitosan layers that is cast at 60 degrees and needs no toxic"
        " solvent. The main contributions are a casting method that works on"
        " ordinary polymer film, a module that can be assembled by hand, and"
        " a field trial at eight wells over 180 days. We hypothesise that the"
        " chitosan layers hold the sheets together and so keep the selectivity"
        " stable in natural water.",
        "The remainder of this paper is organised as follows. Section 2"
        " reviews related work, Section 3 describes the membrane and the field"
        " trial, Section 4 reports the results and Section 5 discusses them.",
    ]
    yield 1, "2", "Related Work", [
        "Polymeric membranes for brackish water have been improved for four"
        " decades, and their energy demand now approaches the thermodynamic"
        " limit for large plants [2]. For small plants the pumps dominate the"
        " demand, because small high-pressure pumps are inefficient [3]."
        " Electrodialysis avoids high pressure but needs ion-exchange"
        " membranes that are sensitive to organic matter [7].",
        "Two-dimensional materials promise high flux at low pressure."
        " Molecular simulations predicted fluxes a hundred times above those"
        " of polymers [8], whereas measured values are five to ten times"
        " higher at best [4,9]. The difference has been attributed to defects"
        " and to the tortuous path between the sheets [9].",
        "Field trials of new membranes are rare. A survey of 214 publications"
        " found that only 3% tested natural water and only one lasted for more"
        " than a month [10]. This gap makes it hard to judge whether the"
        " laboratory results carry over to practice.",
    ]
    yield 1, "3", "Materials and Methods", [
        "All chemicals were of reagent grade and used as received. Water was"
        " deionised to a resistivity of 18 megaohm centimetres.",
    ]
    yield 2, "3.1", "Membrane Casting", [
        "Graphene oxide was prepared by a modified Hummers method and"
        " dispersed in water at 2 milligrams per millilitre. Chitosan was"
        " dissolved in 1% acetic acid. Both solutions were cast in turn with a"
        " slot die on polyethersulfone film that moved at 0.5 metres per"
        " minute, and each layer was dried at 60 degrees before the next was"
        " applied. Twelve layers gave a thickness of 340 nanometres.",
        "Each batch was inspected by optical transmission, and rolls with"
        " more than two pinholes per square metre were discarded. Of 26 rolls"
        " cast for this study, 21 passed the inspection.",
    ]
    yield 2, "3.2", "Laboratory Tests", [
        "Flux and rejection were measured in a cross-flow cell with an active"
        " area of 42 square centimetres at 25 degrees. The feed was 2000"
        " milligrams per litre of sodium chloride at 4.5 bar. Every"
        " measurement was repeated on six samples from three rolls, and values"
        " are given as mean and standard deviation. Differences were tested"
        " with a two-sided t test at a significance level of 0.05.",
    ]
    yield 2, "3.3", "Field Trial", [
        "Eight wells in two counties were chosen so that they cover the range"
        " of salinity and organic matter found in the region. The trial began"
        " on the first of March and lasted 180 days.",
    ] + [site_methods(*s) for s in SITES]
    yield 2, "3.4", "Water Chemistry", [site_chemistry(*s) for s in SITES]
    yield 1, "4", "Results", [
        "The results are given first for the laboratory and then for each"
        " well. Figure 1 shows the flux over time and Table 1 summarises the"
        " field trial.",
    ]
    yield 2, "4.1", "Laboratory Performance", [
        "The membrane rejected 96.8 plus or minus 0.4% of sodium chloride at a"
        " flux of 31.4 plus or minus 1.1 litres per square metre and hour."
        " Without chitosan the rejection fell to 71% within 48 hours (p <"
        " 0.001), which confirms that the chitosan layers prevent swelling."
        " The flux increased linearly with pressure up to 6 bar and levelled"
        " off above. Rejection of magnesium sulfate was 98.9%.",
    ]
    yield 2, "4.2", "Field Performance", [
        site_results(*s) for s in SITES] + [
        "Over all wells the median specific energy demand was 0.62 kWh per"
        " cubic metre, which is 41% less than the 1.05 kWh of the reverse"
        " osmosis units (p < 0.001). The median loss of flux was 12%.",
    ]
    yield 2, "4.3", "Seasonal Effects and Operation", [
        site_seasons(*s) for s in SITES]
    yield 1, "5", "Discussion", [
        "Our results demonstrate that layered graphene oxide membranes work in"
        " natural water for six months. The energy demand is significantly"
        " lower than that of reverse osmosis at the same recovery, mainly"
        " because the pump runs at 4.5 bar instead of 12. The cost of the"
        " module was 38 euro per square metre in a batch of eight, and an"
        " estimate for a thousand modules is 14 euro.",
        "The rejection in the field was about one percentage point below that"
        " in the laboratory. We attribute this to divalent ions that bind to"
        " the carboxyl groups of the sheets. A similar effect was reported for"
        " dead-end filtration [9]. In contrast to earlier reports [5] we saw"
        " no loss of selectivity over time.",
        "The system prototype was demonstrated in its operational environment,"
        " and two of the eight villages have asked to keep their units. A"
        " manufacturer of polymer film has begun to adapt a coating line. The"
        " market for village-scale units has been estimated at 1.2 billion"
        " euro a year [11].",
    ]
    yield 1, "6", "Limitations", [
        "This study has several limitations. First, the trial lasted only 180"
        " days, so the lifetime of the membrane is unknown. Second, all wells"
        " lie in one climate, and freezing conditions were not tested. Third,"
        " the concentrate was discharged to existing ponds, and its disposal"
        " was not examined. The sample of eight wells is too small for"
        " statements about rare failures.",
    ]
    yield 1, "7", "Conclusion and Future Work", [
        "We have shown that a graphene oxide and chitosan membrane desalinates"
        " brackish groundwater at 4.5 bar with 41% less energy than reverse"
        " osmosis. Future work will extend the trial to three years, test"
        " water with high silica content, and replace polyethersulfone with a"
        " recyclable support. It also remains to be investigated how the"
        " concentrate can be reused.",
    ]
    yield 1, None, "Funding", [
        "This work was supported by the Northmoor Research Council under grant"
        " NRC-2021-0457 and by the Ridgefield Water Fund.",
    ]
    yield 1, None, "Conflict of Interest", [
        "T. Okafor is a co-founder of Ridgefield Membranes Ltd. The other"
        " authors declare no competing interests.",
    ]
    yield 1, None, "Data Availability", [
        "The data that support the findings of this study are available at"
        " https://data.example.org/brackish-membranes under a CC BY licence."
        " Code for the analysis is available from the corresponding author on"
        " request.",
    ]
    yield 1, None, "Acknowledgements", [
        "We thank the village councils for their patience and S. Abbott for"
        " maintaining the data loggers.",
    ]


CAPTIONS = {
    "figure": "Figure 1. Flux of the eight modules over 180 days, relative to"
              " the first day. Arrows mark the citric-acid rinse.",
    "table": "Table 1. Median values of the field trial at each well.",
}

REFERENCES = [
    "J. Marsh and P. Odell. Salinity of rural groundwater: a global"
    " assessment. Water Quality Letters, 18:44-59, 2019.",
    "K. Brandt, L. Moreau, and S. Iyer. Energy limits of reverse osmosis for"
    " brackish water. Desalination Reports, 7(2):101-118, 2017.",
    "A. Castellanos. Costs of small desalination plants in remote regions."
    " Journal of Rural Engineering, 31:220-233, 2020.",
    "R. Nilsen and H. Abe. Water transport between graphene oxide sheets."
    " Layered Materials, 4:12-25, 2015. doi:10.5555/lm.2015.0012.",
    "D. Farouk, M. Lindqvist, and C. Price. Swelling of graphene oxide"
    " laminates in salt water. Membrane Notes, 9(1):77-85, 2018.",
    "Y. Tanaka and B. Ortiz. Cross-linking of laminates with diamines."
    " Membrane Notes, 10(3):301-312, 2019.",
    "E. Kowalski. Electrodialysis of waters rich in organic matter. Separation"
    " Practice, 22:5-19, 2016.",
    "F. Grant and G. Liu. Simulation of nanoporous membranes for"
    " desalination. Computational Fluids Today, 3:1-14, 2012.",
    "I. Popescu, N. Hart, and T. Okafor. Defects and tortuosity in"
    " two-dimensional membranes. Layered Materials, 8:140-155, 2021.",
    "O. Svensson and V. Rao. Are new membranes tested in real water? A survey"
    " of 214 publications. Water Policy Review, 15:88-97, 2022.",
    "Q. Bennett. The market for village-scale water treatment. Technical"
    " Report 22-14, Institute for Water Economics, 2022.",
]
