/*!
 * The time zones of phone numbers, by prefix. Written by scripts/timeZoneTable.ts, which says how to
 * read it; not to be edited.
 *
 * Derived from the time zone map of libphonenumber 9.0.27 (26 March 2026), Copyright (C) 2012 The
 * Libphonenumber Authors, licensed under the Apache License, Version 2.0
 * (http://www.apache.org/licenses/LICENSE-2.0). Changed: folded to area codes, widened, corrected.
 */

export const ZONE_TABLE = `Am/Adak&Am/Anchorage&Am/Anguilla&Am/Antigua&Am/Barbados&Am/Boise&Am/Cayman&Am/Chicago&Am/Denver&Am/Dominica&Am/Edmonton&Am/Fort_Nelson&Am/Grand_Turk&Am/Grenada&Am/Halifax&Am/Jamaica&Am/Juneau&Am/Los_Angeles&Am/Lower_Princes&Am/Montserrat&Am/Nassau&Am/New_York&Am/North_Dakota/Center&Am/Phoenix&Am/Port_of_Spain&Am/Puerto_Rico&Am/Regina&Am/Santo_Domingo&Am/St_Johns&Am/St_Kitts&Am/St_Lucia&Am/St_Thomas&Am/St_Vincent&Am/Toronto&Am/Tortola&Am/Vancouver&Am/Winnipeg&At/Bermuda&Pa/Guam&Pa/Honolulu&Pa/Pago_Pago&Pa/Saipan 1
Am/New_York 1:201202203207212215216220223227229231234239240248252260267269272276283301302304305313315317321324326329330332336339347351352363380386401404407410412413419434436440443445463470472475478484502508513516517518540551561567570571582585586603607609610614616617631640645646656667678680681686689703704706716717718724727728732734740743754757762765770771772774781786802803804810813814821826828835838839843845848854856857859860862863864865878904908910912914917919929934937941943947948954959973978980984989
Am/Winnipeg 1:204431584
Am/Chicago 1:205210214217218224225228235251254256262274281309312314316318319320325327331334337346353361402405409414417430432447464469479501504507512515531534539557563572573580601608612615618629630636641651659660662682708712713715726730731737763769773779806815816817830832847861870872901903913918920931936938940945952956972975979985
Am/Los_Angeles 1:206209213253279310323341350360369408415424425442503509510530559562564619626628650657661669702707714725738747760805818820831840858909916925949951971
Am/Boise&Am/Denver&Am/Los_Angeles 1:208775986
Am/Chicago&Am/New_York 1:219270364423448574606812850906930
Am/Toronto 1:226249263289343354365382416437438450468514519548579613647683705742753819873905942
Am/Edmonton&Am/Fort_Nelson&Am/Regina&Am/Vancouver 1:236250257672778
Am/Nassau 1:242
Am/Barbados 1:246
Am/Anguilla 1:264
Am/Antigua 1:268
Am/Tortola 1:284
Am/Denver 1:303307385406435505575719720748801915970983
Am/Edmonton&Am/Regina 1:306368403474587639780825
Am/Chicago&Am/Denver 1:308620785
Am/St_Thomas 1:340
Am/Cayman 1:345
Am/Halifax&Am/Toronto 1:367418581
Am/Halifax 1:428506782902
At/Bermuda 1:441
Am/Boise&Am/Los_Angeles 1:458
Am/Grenada 1:473
Am/Phoenix 1:480520602623
Am/Denver&Am/Los_Angeles 1:541
Am/Fort_Nelson&Am/Vancouver 1:604
Am/Chicago&Am/Denver&Am/North_Dakota/Center 1:605701
Am/Grand_Turk 1:649
Am/Jamaica 1:658876
Am/Montserrat 1:664
Pa/Saipan 1:670
Pa/Guam 1:671
Pa/Pago_Pago 1:684
Am/Goose_Bay&Am/St_Johns 1:709879
Am/Lower_Princes 1:721
Am/St_Lucia 1:758
Am/Dominica 1:767
Am/St_Vincent 1:784
Am/Puerto_Rico 1:787939
Am/Toronto&Am/Winnipeg 1:807
Pa/Honolulu 1:808
Am/Santo_Domingo 1:809829849
Am/Inuvik&Am/Iqaluit&Am/Rankin_Inlet&Am/Regina&Am/Whitehorse 1:867
Am/Port_of_Spain 1:868
Am/St_Kitts 1:869
Am/Adak&Am/Anchorage 1:907
Am/Denver&Am/Phoenix 1:928
Af/Cairo 20
Af/Juba 211
Af/Casablanca&UTC 212
Af/Algiers 213
Af/Tunis 216
Af/Tripoli 218
Af/Banjul 220
Af/Dakar 221
Af/Nouakchott 222
Af/Bamako 223
Af/Conakry 224
Af/Abidjan 225
Af/Ouagadougou 226
Af/Niamey 227
Af/Lome 228
Af/Porto-Novo 229
In/Mauritius 230
Af/Monrovia 231
Af/Freetown 232
Af/Accra 233
Af/Lagos 234
Af/Ndjamena 235
Af/Bangui 236
Af/Douala 237
At/Cape_Verde 238
Af/Sao_Tome 239
Af/Malabo 240
Af/Libreville 241
Af/Brazzaville 242
Af/Kinshasa&Af/Lubumbashi 243
Af/Kinshasa 2431 2433 2434 2435 2436
Af/Lubumbashi 2432
Af/Luanda 244
Af/Bissau 245
In/Chagos 246
At/St_Helena 247 290
In/Mahe 248
Af/Khartoum 249
Af/Kigali 250
Af/Addis_Ababa 251
Af/Mogadishu 252
Af/Djibouti 253
Af/Nairobi 254
Af/Dar_es_Salaam 255
Af/Kampala 256
Af/Bujumbura 257
Af/Maputo 258
Af/Lusaka 260
In/Antananarivo 261
In/Mayotte&In/Reunion 262
In/Reunion 262:262263 26269 26281 26282 26288 26289
In/Mayotte 262:269 26263
Af/Harare 263
Af/Windhoek 264
Af/Blantyre 265
Af/Maseru 266
Af/Gaborone 267
Af/Mbabane 268
In/Comoro 269
Af/Johannesburg 27
Af/Asmara 291
Am/Aruba 297
At/Faroe 298
Am/Nuuk&Am/Scoresbysund&Am/Thule 299
Am/Nuuk 2991 2993 2996 2998 2999
Am/Thule 29997
Am/Scoresbysund 29999
Eu/Athens 30
Eu/Amsterdam 31
Eu/Brussels 32
Eu/Paris 33
At/Canary&Eu/Madrid 34 3480 3490
Eu/Madrid 345 348 349
At/Canary 34:822827828922928
Eu/Gibraltar 350
At/Azores&Eu/Lisbon 351
Eu/Lisbon 3512
At/Azores 351:292295296
Eu/Luxembourg 352
Eu/Dublin 353
At/Reykjavik 354
Eu/Tirane 355
Eu/Malta 356
As/Nicosia 357
Eu/Helsinki 358
Eu/Sofia 359
Eu/Budapest 36
Eu/Vilnius 370
Eu/Riga 371
Eu/Tallinn 372
Eu/Chisinau 373
As/Yerevan 374
Eu/Minsk 375
Eu/Andorra 376
Eu/Monaco 377
Eu/San_Marino 378
Eu/Kyiv 380
Eu/Belgrade 381 383
Eu/Podgorica 382
Eu/Zagreb 385
Eu/Ljubljana 386
Eu/Sarajevo 387
Eu/Skopje 389
Eu/Rome 39
Eu/Bucharest 40
Eu/Zurich 41
Eu/Prague 420
Eu/Bratislava 421
Eu/Vaduz 423
Eu/Vienna 43
Eu/London 44
Eu/Copenhagen 45
Eu/Stockholm 46
Eu/Oslo 47
Eu/Warsaw 48
Eu/Berlin 49
At/Stanley 500
Am/Belize 501
Am/Guatemala 502
Am/El_Salvador 503
Am/Tegucigalpa 504
Am/Managua 505
Am/Costa_Rica 506
Am/Panama 507
Am/Miquelon 508
Am/Port-au-Prince 509
Am/Lima 51
Am/Cancun&Am/Ciudad_Juarez&Am/Matamoros&Am/Mazatlan&Am/Mexico_City&Am/Ojinaga&Am/Tijuana 52
Am/Mexico_City 522 523 524 525 52:618671674675676677 527 528 529
Am/Mexico_City&Am/Tijuana 52:200
Am/Cancun&Am/Mexico_City 52:201
Am/Mazatlan 52:311319323324325327389612613615 5262 5263 5264 52:651653660662667668669672673687 5269
Am/Chihuahua 52:614621625627628629635639648649652659
Am/Tijuana 52:616646658661663664665686
Am/Ojinaga 52:626
Am/Chihuahua&Am/Ciudad_Juarez 52:636657
Am/Ciudad_Juarez 52:656
Am/Matamoros&Am/Monterrey 52:862869873
Am/Matamoros 52:867868877878891894897899
Am/Cancun&Am/Merida 52:983997
Am/Cancun 52:984987998
Am/Havana 53
Am/Argentina/Buenos_Aires 54
Am/Manaus&Am/Noronha&Am/Rio_Branco&Am/Sao_Paulo 55
Am/Sao_Paulo 551 552 553 554 5550 5551 5553 5554 5555 5561 5562 5563 5564 557 558 5590 5591 5593 5594 5596 5598 5599
Am/Manaus 5565 5566 5567 5569 559
Am/Rio_Branco 5568
Am/Noronha&Am/Sao_Paulo 5581
Am/Manaus&Am/Rio_Branco 5597
Am/Punta_Arenas&Am/Santiago&Pa/Easter 56
Am/Santiago 561 562 5633 5634 5635 564 565 566 567
Am/Santiago&Pa/Easter 5632
Am/Punta_Arenas&Am/Santiago 5661 5667
Am/Bogota 57
Am/Caracas 58
Am/Guadeloupe 590
Am/La_Paz 591
Am/Guyana 592
Am/Guayaquil&Pa/Galapagos 593 59352
Am/Guayaquil 5932 5933 5934 5935 5936 5937
Am/Cayenne 594
Am/Asuncion 595
Am/Martinique 596
Am/Paramaribo 597
Am/Montevideo 598
Am/Curacao&Am/Kralendijk 599
As/Kuching 60
Au/Adelaide&Au/Brisbane&Au/Darwin&Au/Perth&Au/Sydney 61
Au/Sydney 612 613
Au/Brisbane&Au/Sydney 617
Au/Adelaide&Au/Darwin&Au/Perth&Au/Sydney 618
As/Jakarta&As/Jayapura&As/Makassar 62
As/Jakarta&As/Makassar 62:007 621 62:516526
As/Jakarta 622 6231 6232 6233 6234 6235 62:513515519522525528 6253 6256 626 627
As/Makassar 6236 6237 6238 624 62:511512517518527 6254 6255
As/Jayapura 629
As/Manila 63
Pa/Auckland&Pa/Chatham 64
Pa/Auckland 641 643 644 646 647 649
Pa/Chatham 64:330
As/Singapore 65
As/Bangkok 66
As/Dili 670
Pa/Norfolk 672
As/Brunei 673
Pa/Nauru 674
Pa/Bougainville&Pa/Port_Moresby 675
Pa/Tongatapu 676
Pa/Guadalcanal 677
Pa/Efate 678
Pa/Fiji 679
Pa/Palau 680
Pa/Wallis 681
Pa/Rarotonga 682
Pa/Niue 683
Pa/Apia 685
Pa/Kanton&Pa/Kiritimati&Pa/Tarawa 686
Pa/Noumea 687
Pa/Funafuti 688
Pa/Gambier&Pa/Marquesas&Pa/Tahiti 689
Pa/Tahiti 6894
Pa/Fakaofo 690
Pa/Chuuk&Pa/Kosrae&Pa/Pohnpei 691
Pa/Chuuk 6913
Pa/Pohnpei 69132
Pa/Kosrae 69137
Pa/Majuro 692
As/Almaty&As/Anadyr&As/Aqtobe&As/Irkutsk&As/Kamchatka&As/Krasnoyarsk&As/Magadan&As/Novosibirsk&As/Omsk&As/Sakhalin&As/Vladivostok&As/Yakutsk&As/Yekaterinburg&Eu/Kaliningrad&Eu/Moscow&Eu/Samara 7
As/Irkutsk 7:301395
As/Yakutsk 7:302416
As/Yekaterinburg 733 734 735
Eu/Samara 7:341842846848851
Eu/Moscow 736 747 748 749 781 782 783 7:840841843844847855856857 786 787
As/Omsk 7:381
As/Novosibirsk 7:382383
As/Krasnoyarsk 7:384385388390391394
Eu/Kaliningrad 740
As/Srednekolymsk&As/Ust-Nera&As/Yakutsk 7:411
As/Magadan 7:413
As/Kamchatka 7:415
As/Vladivostok 7:421423426
As/Sakhalin 7:424
As/Anadyr 7:427
As/Almaty&As/Aqtobe 77
As/Almaty 771 772 779
As/Aqtobe 7:711712713729
As/Anadyr&As/Irkutsk&As/Kamchatka&As/Krasnoyarsk&As/Magadan&As/Novosibirsk&As/Omsk&As/Sakhalin&As/Vladivostok&As/Yakutsk&As/Yekaterinburg&Eu/Kaliningrad&Eu/Moscow&Eu/Samara 7:803804 79
As/Almaty&As/Aqtobe&Eu/Moscow 7:810
Eu/Saratov 7:845
As/Tokyo 81
As/Seoul 82
As/Ho_Chi_Minh 84
As/Pyongyang 850
As/Hong_Kong 852
As/Macau 853
As/Phnom_Penh 855
As/Vientiane 856
As/Shanghai 86
As/Dhaka 880
As/Taipei 886
Eu/Istanbul 90
As/Kolkata 91
As/Karachi 92
As/Kabul 93
As/Colombo 94
As/Yangon 95
In/Maldives 960
As/Beirut 961
As/Amman 962
As/Damascus 963
As/Baghdad 964
As/Kuwait 965
As/Riyadh 966
As/Aden 967
As/Muscat 968
As/Gaza&As/Hebron 970
As/Dubai 971
As/Jerusalem 972
As/Bahrain 973
As/Qatar 974
As/Thimphu 975
As/Hovd&As/Ulaanbaatar 976
As/Ulaanbaatar 97611 97612 97613 97615 97621 97622 97623 97625
As/Hovd 97614 97624
As/Kathmandu 977
As/Tehran 98
As/Dushanbe 992
As/Ashgabat 993
As/Baku 994
As/Tbilisi 995
As/Bishkek 996
As/Tashkent 998`;
