import { getCountryCallingCode, type CountryCode } from 'libphonenumber-js/max';
import { zonesOf } from '../../../nodes/KrosAi/rules/timeZones';

/**
 * Area codes of the countries of several clocks, by hand: from the lists of their regulators (NANPA and
 * CNA, IFT, Anatel, Rossvyaz, Kominfo, Kazakhtelecom) and the laws in the tz database. Each line has the
 * clocks of a place in January 2027 and July 2027, in hours ahead of UTC, and its area codes. A clock too
 * many in the table fails as well as one too few. A new map or a new tz shows here what it changes.
 */
const JANUARY = Date.UTC(2027, 0, 15, 12);
const JULY = Date.UTC(2027, 6, 15, 12);

/** Clocks, area codes, and clocks of a tz from before the newest law, which may be there as well. */
type Place = [clocks: string, areaCodes: string, before?: string];

const PLACES: Partial<Record<CountryCode, Record<string, Place>>> = {
	MX: {
		'Baja California': ['-8/-7', '616 646 658 661 663 664 665 686'],
		'Baja California Sur, Nayarit, Sinaloa, Sonora': [
			'-7/-7',
			'612 613 615 624 311 319 323 324 325 327 389 667 668 669 672 673 687 694 695 696 697 698 622 623 631 632 633 634 637 638 641 642 643 644 645 647 651 653 662',
		],
		Chihuahua: ['-6/-6', '614 621 625 627 628 629 635 639 648 649 652 659'],
		'Nuevo Casas Grandes with Janos and Ascensión, and a new one of the state': [
			'-6/-6 -7/-6',
			'636 657',
		],
		'Ciudad Juárez': ['-7/-6', '656'],
		Ojinaga: ['-6/-5', '626'],
		'The border of Coahuila and Tamaulipas': ['-6/-5', '867 868 877 878 891 894 897 899'],
		'Partly on the border: Cinco Manantiales, Ocampo, Anáhuac': ['-6/-6 -6/-5', '862 869 873'],
		'Quintana Roo': ['-5/-5', '984 987 998'],
		'Chetumal with Calakmul, the south of Yucatán with José María Morelos': [
			'-5/-5 -6/-6',
			'983 997',
		],
		'The rest': [
			'-6/-6',
			'55 56 33 81 220 221 222 223 228 229 238 244 246 271 272 312 314 322 329 341 351 352 411 427 433 442 443 444 446 449 452 461 462 477 479 481 492 493 618 671 674 675 676 677 722 729 733 735 744 747 753 755 771 775 777 782 821 824 828 831 833 834 841 842 844 861 864 866 870 871 872 892 916 921 922 933 938 951 953 961 962 967 971 981 982 985 986 988 990 991 993 996 999',
		],
	},
	RU: {
		Kaliningrad: ['2/2', '401'],
		Moscow: [
			'3/3',
			'471 472 473 474 475 481 482 483 484 485 486 487 491 492 493 494 495 496 498 499 811 812 813 814 815 816 817 818 820 821 831 833 834 835 836 841 843 844 847 855 861 862 863 865 866 867 869 871 872 873 877 878 879 365',
		],
		Abkhazia: ['3/3', '840'],
		'Udmurtia, Ulyanovsk, Saratov, Samara, Astrakhan': ['4/4', '341 842 845 846 848 851'],
		Urals: ['5/5', '342 343 345 346 347 349 351 352 353'],
		Omsk: ['6/6', '381'],
		'Tomsk, Novosibirsk, Kemerovo, Altai, Khakassia, Krasnoyarsk, Tuva': [
			'7/7',
			'382 383 384 385 388 390 391 394',
		],
		'Buryatia, Irkutsk': ['8/8', '301 395'],
		'Chita, Amur': ['9/9', '302 416'],
		Yakutia: ['9/9 10/10 11/11', '411'],
		'Khabarovsk, Primorye, Birobidzhan': ['10/10', '421 423 426'],
		'Magadan, Sakhalin': ['11/11', '413 424'],
		'Kamchatka, Chukotka': ['12/12', '415 427'],
		'Mobiles and freephone': [
			'2/2 3/3 4/4 5/5 6/6 7/7 8/8 9/9 10/10 11/11 12/12',
			'800 900 916 921 950 999',
		],
	},
	KZ: {
		'All since March 2024': [
			'5/5',
			'700 701 702 705 707 708 747 771 775 776 777 778 710 711 712 713 714 715 716 717 718 721 722 723 724 725 726 727 728 729',
		],
	},
	ID: {
		'Sumatra, Java': [
			'7/7',
			'21 22 24 31 231 251 254 261 271 274 281 291 321 331 341 351 61 62 641 651 711 721 736 741 751 761 778',
		],
		'West and Central Kalimantan': [
			'7/7',
			'513 519 522 525 528 531 532 534 536 537 538 539 561 562 563 564 565 567 568',
		],
		'Tabalong (South Kalimantan) and Barito Timur (Central Kalimantan)': ['7/7 8/8', '526'],
		'South, East and North Kalimantan': [
			'8/8',
			'511 512 517 518 527 541 542 543 545 548 549 551 552 553 554 556',
		],
		'Bali, Nusa Tenggara, Sulawesi': [
			'8/8',
			'361 362 363 365 366 368 370 371 372 373 374 376 380 381 382 383 384 385 386 387 388 389 401 402 403 404 405 408 411 413 414 417 421 423 426 428 431 432 434 435 438 451 452 453 457 458 461 464 471 473 481 482',
		],
		'Moluccas, Papua': [
			'9/9',
			'901 902 910 911 913 914 915 916 917 918 921 922 923 924 927 929 951 952 955 956 957 966 967 969 971 975 980 981 983 984 986',
		],
		Mobiles: ['7/7 8/8 9/9', '811 812 821 852 878 895'],
	},
	BR: {
		'South, southeast, northeast, Goiás, Tocantins, Pará, Amapá': [
			'-3/-3',
			'11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 71 73 74 75 77 79 82 83 84 85 86 87 88 89 91 93 94 96 98 99',
		],
		'Pernambuco with Fernando de Noronha': ['-3/-3 -2/-2', '81'],
		'Mato Grosso, Mato Grosso do Sul, Rondônia, Manaus, Roraima': ['-4/-4', '65 66 67 69 92 95'],
		'The rest of Amazonas': ['-4/-4 -5/-5', '97'],
		Acre: ['-5/-5', '68'],
	},
	CA: {
		'British Columbia': ['-7/-7 -6/-6', '236 250 257 672 778', '-8/-7 -7/-6'],
		'The lower mainland': ['-7/-7', '604', '-8/-7'],
		'Alberta, Saskatchewan': ['-6/-6', '368 403 587 780 825 306 474 639', '-7/-6'],
		Manitoba: ['-6/-5', '204 431 584'],
		'Ontario, Québec': [
			'-5/-4',
			'226 249 263 289 343 354 365 382 416 437 438 450 468 514 519 548 579 613 647 683 705 742 753 819 873 905 942',
		],
		'The northwest of Ontario': ['-5/-4 -6/-5', '807'],
		'The east of Québec': ['-5/-4 -4/-3', '367 418 581'],
		'New Brunswick, Nova Scotia, Prince Edward Island': ['-4/-3', '428 506 782 902'],
		'Newfoundland and Labrador': ['-3.5/-2.5 -4/-3', '709 879'],
		// The Northwest Territories have announced -6, but tz 2026c doesn't have it yet.
		'The territories': ['-7/-7 -7/-6 -6/-6 -6/-5 -5/-4', '867'],
	},
	US: {
		'New England, New York, New Jersey, Pennsylvania': [
			'-5/-4',
			'203 475 860 959 207 339 351 413 508 617 774 781 857 978 603 401 802 212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934 201 551 609 640 732 848 856 862 908 973 215 223 267 272 412 445 484 570 582 610 717 724 814 835 878',
		],
		'Delaware to Georgia': [
			'-5/-4',
			'302 227 240 301 410 443 667 202 771 276 434 540 571 686 703 757 804 826 948 304 681 252 336 472 704 743 828 910 919 980 984 803 821 839 843 854 864 229 404 470 478 678 706 762 770 912 943',
		],
		Florida: [
			'-5/-4',
			'239 305 321 324 352 386 407 561 645 656 689 727 728 754 772 786 813 863 904 941 954',
		],
		'Ohio, and the east of Michigan, Indiana, Kentucky, Tennessee': [
			'-5/-4',
			'216 220 234 283 326 330 380 419 436 440 513 567 614 740 937 231 248 269 313 517 586 616 734 810 947 989 260 317 463 765 502 859 865',
		],
		'Partly eastern, partly central': [
			'-5/-4 -6/-5',
			'448 850 906 219 574 812 930 270 364 606 423',
		],
		'Alabama to Texas': [
			'-6/-5',
			'615 629 731 901 931 205 251 256 334 659 938 228 601 662 769 225 318 337 504 985 327 479 501 870 405 539 572 580 918 210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979',
		],
		'Illinois to Nebraska': [
			'-6/-5',
			'217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872 262 274 353 414 534 608 715 920 218 320 507 612 651 763 952 319 515 563 641 712 235 314 417 557 573 636 660 816 975 316 913 402 531',
		],
		'Partly central, partly mountain': ['-6/-5 -7/-6', '620 785 308 605 701'],
		'Montana to New Mexico, El Paso': [
			'-7/-6',
			'406 307 303 719 720 748 970 983 505 575 385 435 801 915',
		],
		Arizona: ['-7/-7', '480 520 602 623'],
		'Arizona with the Navajo Nation': ['-7/-7 -7/-6', '928'],
		'Partly mountain, partly Pacific: Idaho, Nevada, Oregon': [
			'-7/-6 -8/-7',
			'208 986 775 458 541',
		],
		'Washington, Oregon, California, Las Vegas': [
			'-8/-7',
			'206 253 360 425 509 564 503 971 209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951 702 725',
		],
		Alaska: ['-9/-8 -10/-9', '907'],
		Hawaii: ['-10/-10', '808'],
		'Puerto Rico, Virgin Islands': ['-4/-4', '787 939 340'],
		'Guam, Saipan': ['10/10', '671 670'],
		Samoa: ['-11/-11', '684'],
	},
};

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Intl's own, not the node's: hours ahead of UTC, in January and in July. */
function clockOf(zone: string): string {
	const formatter =
		formatters.get(zone) ??
		new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
	formatters.set(zone, formatter);
	return [JANUARY, JULY]
		.map((instant) => {
			const [, sign = '', hours = 0, minutes = 0] =
				/GMT([+-])(\d+):(\d+)/.exec(formatter.format(instant)) ?? [];
			return Number(`${sign}${Number(hours) + Number(minutes) / 60}`);
		})
		.join('/');
}

const sorted = (clocks: Iterable<string>) => [...new Set(clocks)].sort();

describe.each(Object.entries(PLACES))('%s', (country, places) => {
	const callingCode = getCountryCallingCode(country as CountryCode);

	it.each(Object.entries(places))('%s', (_, [clocks, areaCodes, before = '']) => {
		const expected = sorted(clocks.split(' '));
		const old = before.split(' ').filter((clock) => !expected.includes(clock));
		const differing = areaCodes
			.split(' ')
			.map((areaCode) => ({
				areaCode,
				clocks: sorted(zonesOf(`+${callingCode}${areaCode}2123456`).map(clockOf)),
			}))
			.map((found) => ({
				...found,
				clocks: found.clocks.filter((clock) => !old.includes(clock)),
			}))
			.filter((found) => found.clocks.join() !== expected.join());
		expect(differing).toEqual([]);
	});

	it('has each area code once', () => {
		const all = Object.values(places).flatMap(([, areaCodes]) => areaCodes.split(' '));
		expect(all.filter((areaCode, index) => all.indexOf(areaCode) !== index)).toEqual([]);
	});
});

it('has Morocco at UTC, where it is since September 2026 (tz 2026c), whatever tz the machine has', () => {
	const clocks = sorted(zonesOf('+212520123456').map(clockOf)).filter((clock) => clock !== '1/1');
	expect(clocks).toEqual(['0/0']);
});

it.each([
	['+526142123456', ['America/Chihuahua']],
	['+528682123456', ['America/Matamoros']],
	['+78452123456', ['Europe/Saratov']],
	['+12572123456', ['America/Edmonton', 'America/Fort_Nelson', 'America/Vancouver']],
	['+62526212345', ['Asia/Jakarta', 'Asia/Makassar']],
])('knows %s by the names of its places', (number, zones) => {
	expect(zonesOf(number)).toEqual(expect.arrayContaining(zones));
});
