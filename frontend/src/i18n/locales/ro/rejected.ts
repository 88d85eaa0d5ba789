export default {
  title: "Citiri respinse",
  text: "Citiri pe care Contor nu le-a putut accepta. Remediază cauza și reprocesează-le sau ignoră-le.",
  emptyTitle: "Nicio citire respinsă",
  emptyText: "O citire care nu poate fi acceptată apare aici, cu motivul și soluția.",
  reason: {
    not_readings: {
      title: "Nu este o citire",
      hint: "Mesajul nu era nici o citire, nici o listă de citiri.",
    },
    missing_field: {
      title: "Câmp lipsă",
      hint: "O citire are nevoie de timestamp, device_id și measurement_value.",
    },
    unknown_field: {
      title: "Câmp necunoscut",
      hint: "O citire are câmpurile timestamp, device_id, measurement_value, unit și channel. Elimină sau redenumește celălalt câmp în dispozitivul care trimite.",
    },
    repeated_field: {
      title: "Câmp repetat",
      hint: "Un câmp apare de două ori în citire, deci valoarea lui nu este sigură. Trimite-l o singură dată.",
    },
    wrong_type: {
      title: "Tip de valoare greșit",
      hint: "Valoarea trebuie să fie un număr, iar ora, ISO 8601 sau milisecunde de la 1 ianuarie 1970.",
    },
    unknown_channel: {
      title: "Canal necunoscut",
      hint: "Contorul nu are un canal cu acest nume. Trimite import sau omite canalul.",
    },
    unsuitable_unit: {
      title: "Unitate nepotrivită pentru contor",
      hint: "Trimite Wh, kWh sau MWh ori omite unitatea: atunci valoarea este în unitatea contorului.",
    },
    not_finite: {
      title: "Nu este un număr",
      hint: "Valoarea era NaN sau infinită. Verifică dispozitivul care o trimite.",
    },
    negative_energy: {
      title: "Energie negativă",
      hint: "Acest tip de contor trimite consumul de la citirea anterioară, care nu poate fi negativ.",
    },
    too_large: {
      title: "Valoare prea mare",
      hint: "Verifică unitatea contorului și valorile pe care le trimite.",
    },
    implausible: {
      title: "Valoare neplauzibilă",
      hint: "Mai mult decât poate consuma contorul la puterea lui maximă. Verifică valoarea, unitatea și puterea maximă.",
    },
    not_owner_then: {
      title: "Al altcuiva la acel moment",
      hint: "Expeditorul nu deținea contorul atunci. Un administrator o poate prelua din nou.",
    },
    corrected: {
      title: "Corectată de un administrator",
      hint: "Citirea acestui moment a fost corectată; anulează corecția ca să fie primite alte valori.",
    },
    value_exists: {
      title: "Există altă valoare",
      hint: "O preluare nu înlocuiește o valoare stocată. Corecteaz-o pe pagina contorului dacă aceasta este cea bună.",
    },
    unknown_device: {
      title: "Contor necunoscut",
      hint: "Niciun contor nu are acest id. Corectează id-ul în dispozitivul care trimite. Citirile unui contor abia adăugat sunt reprocesate automat.",
    },
    time_in_future: {
      title: "Ora este în viitor",
      hint: "Ora este prea mult în viitor. Verifică ceasul dispozitivului care trimite.",
    },
    time_too_old: {
      title: "Ora este înainte de anul 2010",
      hint: "Verifică ceasul dispozitivului care trimite.",
    },
    not_milliseconds: {
      title: "Ora nu este în milisecunde",
      hint: "Numărul pare să fie în secunde, microsecunde sau nanosecunde de la 1 ianuarie 1970. Trimite milisecunde.",
    },
    unsupported_kind: {
      title: "Tip de contor încă neacceptat",
      hint: "Sunt acceptate doar contoarele care trimit energia pe interval.",
    },
    no_time_zone_offset: {
      title: "Oră fără decalaj UTC",
      hint: "Scrie ora cu Z sau cu un decalaj, de exemplu +03:00.",
    },
    malformed_json: {
      title: "JSON invalid",
      hint: "Un mesaj din coadă nu a putut fi citit. Începutul lui este păstrat.",
    },
    too_many_readings: {
      title: "Prea multe citiri într-un mesaj",
      hint: "Trimite cel mult 10.000 de citiri într-un mesaj.",
    },
    body_too_large: {
      title: "Mesaj prea mare",
      hint: "Trimite cel mult 4 MiB într-un mesaj.",
    },
    other: { title: "Alt motiv ({{code}})", hint: "" },
  },
  count_one: "1 citire",
  count_few: "{{count}} citiri",
  count_other: "{{count}} de citiri",
  latest: "ultima {{when}}",
  times_one: "trimisă o dată",
  times_few: "trimisă de {{count}} ori",
  times_other: "trimisă de {{count}} de ori",
  show: "Afișează",
  hide: "Ascunde",
  meter: "Contor",
  noMeter: "fără id de contor",
  payload: "Date primite",
  replay: "Reprocesează",
  dismiss: "Ignoră",
  replayAll: "Reprocesează toate",
  dismissAll: "Ignoră toate",
  replayOne: "Reprocesează această citire",
  dismissOne: "Ignoră această citire",
  replayAllOf: "Reprocesează toate: {{reason}}",
  dismissAllOf: "Ignoră toate: {{reason}}",
  result: {
    replayed_one: "O citire a fost acceptată.",
    replayed_few: "{{count}} citiri au fost acceptate.",
    replayed_other: "{{count}} de citiri au fost acceptate.",
    none_one: "Citirea încă nu poate fi acceptată.",
    none_few: "Niciuna dintre cele {{count}} citiri nu poate fi acceptată încă.",
    none_other: "Niciuna dintre cele {{count}} de citiri nu poate fi acceptată încă.",
    nothing: "Nu mai existau citiri de reprocesat.",
    still_one: "Una este în continuare respinsă.",
    still_few: "{{count}} sunt în continuare respinse.",
    still_other: "{{count}} sunt în continuare respinse.",
    dismissed_one: "O citire a fost ignorată.",
    dismissed_few: "{{count}} citiri au fost ignorate.",
    dismissed_other: "{{count}} de citiri au fost ignorate.",
  },
  confirmDismiss: {
    title: "Ignori toate aceste citiri?",
    text_one: "O citire nu va fi inclusă în consum. Acțiunea nu poate fi anulată.",
    text_few: "{{count}} citiri nu vor fi incluse în consum. Acțiunea nu poate fi anulată.",
    text_other: "{{count}} de citiri nu vor fi incluse în consum. Acțiunea nu poate fi anulată.",
  },
};
