"""Names of countries, and spellings: the words that the rules of wording look for."""

from __future__ import annotations

import re

COUNTRIES = tuple(
    """Afghanistan|Albania|Algeria|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|Austria
|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia
|Bosnia and Herzegovina|Botswana|Brazil|Brunei Darussalam|Bulgaria|Burkina Faso|Burundi|Cabo Verde|Cambodia
|Cameroon|Canada|Central African Republic|Chad|Chile|China|Colombia|Comoros|Congo|Costa Rica|Côte d’Ivoire
|Croatia|Cuba|Cyprus|Czechia|Democratic People’s Republic of Korea|Denmark|Djibouti|Dominica
|Dominican Republic|Ecuador|Egypt|El Salvador|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Fiji|Finland
|France|Gabon|Gambia|Georgia|Germany|Ghana|Greece|Grenada|Guatemala|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras
|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Kiribati
|Kuwait|Kyrgyzstan|Lao People’s Democratic Republic|Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein
|Lithuania|Luxembourg|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|Marshall Islands|Mauritania|Mauritius
|Mexico|Micronesia|Monaco|Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands
|New Zealand|Nicaragua|Niger|Nigeria|North Macedonia|Norway|Oman|Pakistan|Palau|Panama|Papua New Guinea|Paraguay
|Peru|Philippines|Poland|Portugal|Qatar|Republic of Korea|Republic of Moldova|Romania|Russia|Russian Federation
|Rwanda|Saint Kitts and Nevis|Saint Lucia|Saint Vincent and the Grenadines|Samoa|San Marino
|Sao Tome and Principe|Saudi Arabia|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia
|Solomon Islands|Somalia|South Africa|South Sudan|Spain|Sri Lanka|Sudan|Suriname|Sweden|Switzerland
|Syrian Arab Republic|Tajikistan|Thailand|Timor-Leste|Togo|Tonga|Trinidad and Tobago|Tunisia|Türkiye|Turkey
|Turkmenistan|Tuvalu|Uganda|Ukraine|United Arab Emirates|United Kingdom|United Republic of Tanzania
|United States|Uruguay|Uzbekistan|Vanuatu|Venezuela|Viet Nam|Yemen|Zambia|Zimbabwe|Vietnam|Syria|Palestine""".replace(
        "\n", ""
    ).split("|")
)
"""Short names under which States are spoken of, old ones among them."""

WRONG_NAMES: tuple[tuple[str, str, int | None], ...] = (
    (r"Viet-?[Nn]am(?!ese)\b(?<!Viet Nam)", "Viet Nam", None),
    (r"Ivory Coast", "Côte d’Ivoire", None),
    (r"C[oô]te d['’]Ivoire(?<!Côte d’Ivoire)(?<!Côte d'Ivoire)", "Côte d’Ivoire", None),
    (r"Swaziland", "Eswatini", 73),
    (r"(?<!North )(?<!of )Macedonia", "North Macedonia", 73),
    (r"Turkey", "Türkiye", 77),
    (r"Turkiye", "Türkiye", None),
    (r"Czech Republic", "Czechia", 71),
    (r"Cape Verde", "Cabo Verde", 68),
    (r"Burma", "Myanmar", None),
    (r"East Timor|Timor Leste", "Timor-Leste", None),
    (r"Guinea Bissau", "Guinea-Bissau", None),
    (r"St\.? (?:Lucia|Kitts and Nevis|Vincent and the Grenadines)", "Saint", None),
    (r"South Korea", "Republic of Korea", None),
    (r"North Korea|DPRK", "Democratic People’s Republic of Korea", None),
    (r"Russia(?!n)", "Russian Federation", None),
    (r"Syria(?!n)", "Syrian Arab Republic", None),
    (
        r"(?<!Republic of )Iran(?! \(Islamic Republic of\))(?!ian)",
        "Iran (Islamic Republic of)",
        None,
    ),
    (
        r"(?<!State of )Bolivia(?! \(Plurinational State of\))(?!n)",
        "Bolivia (Plurinational State of)",
        None,
    ),
    (
        r"(?<!Republic of )Venezuela(?!n)(?!, Bolivarian)(?! \(Bolivarian Republic of\))",
        "Venezuela (Bolivarian Republic of)",
        None,
    ),
    (r"(?<!Republic of )Moldova(?!n)", "Republic of Moldova", None),
    (r"(?<!Republic of )Tanzania(?!n)", "United Republic of Tanzania", None),
    (r"Laos", "Lao People’s Democratic Republic", None),
    (r"Brunei(?! Darussalam)", "Brunei Darussalam", None),
    (r"Kyrgyz Republic", "Kyrgyzstan", None),
    (r"Slovak Republic", "Slovakia", None),
    (
        r"(?<!United Kingdom of )Great Britain",
        "United Kingdom of Great Britain and Northern Ireland",
        None,
    ),
    (r"Holland", "Netherlands", None),
    (r"USA|(?<!\w)U\.S\.A?\.?(?!\w)|(?<![\w-])US(?![\w$])", "United States of America", None),
    (
        r"(?<![\w-])UK(?!\w)|(?<!\w)U\.K\.",
        "United Kingdom of Great Britain and Northern Ireland",
        None,
    ),
)
"""What countries are not called, what they are called, and since which session: a State that was renamed."""

_BRITISH = """acknowledgment acknowledgement|afterward afterwards|aging ageing|aluminum aluminium
|anemia anaemia|anesthesia anaesthesia|artifact artefact|artifacts artefacts|behavior behaviour
|behaviors behaviours|behavioral behavioural|caliber calibre|canceled cancelled|canceling cancelling
|canceled cancelled|catalog catalogue|catalogs catalogues|center centre|centers centres|centered centred
|channeled channelled|channeling channelling|color colour|colors colours|colored coloured|counseling counselling
|counselor counsellor|defense defence|defenses defences|dialog dialogue|dialogs dialogues|endeavor endeavour
|endeavors endeavours|endeavored endeavoured|endeavoring endeavouring|enroll enrol|enrolls enrols
|enrollment enrolment|favor favour|favors favours|favored favoured|favoring favouring|favorable favourable
|favorably favourably|favorite favourite|fiber fibre|fibers fibres|fueled fuelled|fueling fuelling|fulfill fulfil
|fulfills fulfils|fulfillment fulfilment|harbor harbour|instill instil|instills instils|panelist panellist|panelists panellists|skeptical sceptical|skepticism scepticism|distill distil|harbors harbours|harboring harbouring|harbored harboured
|honor honour|honors honours|honored honoured|honoring honouring|honorable honourable|humor humour
|installment instalment|installments instalments|kilometer kilometre|kilometers kilometres|labeled labelled
|labeling labelling|labor labour|labors labours|laborer labourer|laborers labourers|leveled levelled
|leveling levelling|liter litre|liters litres|maneuver manoeuvre|maneuvers manoeuvres|marvelous marvellous
|meter metre|meters metres|modeled modelled|modeling modelling|neighbor neighbour|neighbors neighbours
|neighboring neighbouring|neighborhood neighbourhood|neighborhoods neighbourhoods|offense offence
|offenses offences|orthopedic orthopaedic|pediatric paediatric|plow plough|pretense pretence|program programme
|programs programmes|rumor rumour|rumors rumours|saber sabre|savior saviour|signaled signalled
|signaling signalling|skillful skilful|skillfully skilfully|somber sombre|specter spectre|splendor splendour
|sulfur sulphur|theater theatre|theaters theatres|totaled totalled|toward towards|traveled travelled
|traveler traveller|travelers travellers|traveling travelling|unfavorable unfavourable|vapor vapour
|vigor vigour|willful wilful|willfully wilfully"""
BRITISH = dict(pair.split(" ") for pair in _BRITISH.replace("\n", "").split("|"))
"""American spellings in small letters, and the British ones."""

NAMES_IN_AMERICAN = frozenset(
    {"center", "centers", "theater", "harbor", "defense", "labor", "program", "programs", "honor"}
)
"""Spellings that names of institutions have: with a capital they are left alone, unless they are the United Nations’."""

OWN_NAMES = re.compile(
    r"(?:United Nations [\w ’,-]{0,60}?|World Food |International |World |Regional |Development )$"
)

IZE = re.compile(
    r"\b(?P<stem>[A-Za-z]+?)is(?P<end>e|ed|es|ing|ation|ations|ational|ationally|er|ers)\b"
)
NOT_IZE = re.compile(
    "(?:"
    "adv|advert|an|anticlockw|appr|appra|ar|bra|brais|bru|chast|circumc|clockw|coastw|"
    "compr|comprom|conc|counterclockw|cr|crossw|cru|dem|den|desp|dev|dis|disenfranch|"
    "disfranch|disgu|edgew|el|enfranch|enterpr|exc|exerc|exorc|expert|foresa|fra|franch|"
    "fundra|gu|highr|imprec|improv|inc|ka|len|lengthw|lia|likew|lou|m|ma|mala|merchand|"
    "moonr|mort|no|otherw|overexerc|parad|po|porpo|pr|pra|pract|prec|prem|prom|r|ra|"
    "reappra|repr|rev|stepw|sunr|superv|surm|surpr|telev|torto|treat|turquo|unadv|"
    "uncomprom|unexerc|unrev|unsuperv|upr|upra|v|val|w"
    ")",
    re.IGNORECASE,
)
"""What stands before -ise, -ised, -ising where it is spelled so: advise, exercise, promise."""
YZE = re.compile(
    r"\b(?P<stem>(?:anal|paral|catal|dial|hydrol|electrol|reanal)y)z(?=e|ing)", re.IGNORECASE
)
ORGANISATIONS = re.compile(
    r"\bOrganisation (?:for Economic Co-operation and Development|for the Prohibition of Chemical Weapons"
    r"|internationale|mondiale|européenne|of African, Caribbean and Pacific|of Eastern Caribbean States)"
    r"|\bWorld Organisation for Animal Health|\bEuropean Organisation"
)

HYPHENS: tuple[tuple[str, str], ...] = (
    (
        r"(?P<a>(?:[Uu]nder|[Dd]eputy|[Aa]ssistant)[ -])?Secretary General\b(?! of (?!the United Nations))",
        "Secretary-General",
    ),
    (r"Secretaries General\b", "Secretaries-General"),
    (r"secretary[- ]general\b", "Secretary-General"),
    (r"Secretariat-General\b", "Secretariat"),
    (r"Director General\b", "Director-General"),
    (r"[Nn]on ?governmental\b", "non-governmental"),
    (r"[Dd]ecision ?making\b(?! (?:it|the)\b)", "decision-making"),
    (r"[Dd]ecision ?makers?\b", "decision-maker"),
    (r"[Pp]olicy[- ]mak(?:ing|ers?)\b", "policymak"),
    (r"[Ss]ub-regional(?:ly)?\b", "subregional"),
    (r"[Ss]ub-regions?\b", "subregion"),
    (r"[Ii]nter-governmental\b", "intergovernmental"),
    (r"[Mm]ulti-lateral(?:ly|ism)?\b", "multilateral"),
    (r"[Bb]i-lateral(?:ly)?\b", "bilateral"),
    (r"[Pp]eace[- ]keep(?:ing|ers?)\b", "peacekeep"),
    (r"[Pp]eace[- ]build(?:ing|ers?)\b", "peacebuild"),
    (r"[Cc]apacity building\b", "capacity-building"),
    (r"[Ss]ocio-economic(?:ally)?\b", "socioeconomic"),
    (r"[Ww]ell ?being\b", "well-being"),
    (r"[Cc]ease-fires?\b", "ceasefire"),
    (r"[Ww]orld-wide\b", "worldwide"),
    (r"[Ll]and-mines?\b", "landmine"),
    (r"[Cc]ounter ?terrorism\b", "counter-terrorism"),
    (r"[Oo]n-line\b", "online"),
    (r"[Ii]n depth (?=analys|stud|review|discuss|report)", "in-depth "),
)
"""What is written wrongly, and the beginning of what is right: the rest stays."""

ABBREVIATIONS = re.compile(
    r"(?<![\w/.-])(?:NGOs?|CSOs?|EU|AU|ICRC|CMC|CCM|NATO|OAS|OSCE|OPCW|IAEA|WHO|WTO|WFP|ILO|FAO|IMF|UNDP|UNEP|UNFPA"
    r"|UNHCR|UNODC|UNIDIR|UNODA|UNMAS|OHCHR|OCHA|SDGs?|MDGs?|LDCs?|SIDS|LLDCs?|NPT|CTBT|CWC|BWC|BTWC|ATT|TPNW|APMBC"
    r"|WMDs?|IHL|UNGA|UNSC|UNSG|ECOSOC|HRC|MSPs?|RevCon|ISU|ODA|GDP|SALW|IEDs?|ERW|UXOs?|ICTs?|AI|OECD|ASEAN"
    r"|CARICOM|CELAC|GRULAC|WEOG|NAM|G-?77|G-?20|P-?5|TBC|TBD|LGBTI?|CEDAW|UNCLOS|UNFCCC|IPCC|PoA)(?![\w/-])"
)
