// Everyday Portuguese away from the shop: the sentences of news, tales, instructions, days and the arts.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules of a <see cref="PhraseGrammar"/> for <see cref="GeneralSentences"/>; the topics are the kinds of text.</summary>
internal static class GeneralPhrases
{
    public static readonly string[] Topics = ["news", "story", "manual", "daily", "arts"];

    public const string Text = """
        sentence.news:
        [o] {EVENT} {of.town} {+happened} {when}
        {+crowd.did} {when} n[o] {PLACE}
        segundo {official}, a {MATTER} {matter.is} {+word}
        {official} disse que [o] {PLACE} [e|sao] {+word}
        [o] {PLACE} d{town.of} [esta|estao] {+word}, afirma {official}
        {+people.said}
        {numbers.news}
        {official} {announced} {when}
        para os moradores, [o] {EVENT} foi {+word}
        a obra d[o] {PLACE} {+work.went}
        {+effect}, diz o relatorio de {official}
        [o] {EVENT} [reuniu|reuniram] {120..9000} pessoas {place.inside}
        {weather}
        sentence.story:
        {HERO} {hero.did} {when.story}
        {HERO} era {+trait}
        {+hero.felt}
        naquele dia, {HERO} {hero.did} e {+ending}
        {F}a {relative} de {HERO} era {+trait}
        [o] {SCENE} era {+word} e {+hero.felt}
        {weather.story}
        ninguem esqueceu [o] {SCENE}: era {+word}
        a historia d[o] {SCENE}, {+word}, foi contada por {HERO}
        depois de {2..40} anos, {HERO} voltou para {town.to}
        {+ending}
        "[o] {SCENE} e {+word}!", disse {HERO}, {+face}
        sentence.manual:
        antes de {verb}, {verb.order} {object.manual}
        para {verb} {object.manual}, {verb.order} primeiro {object.manual}
        {verb.order} {object.manual} por {5..60} minutos
        se {object.manual} {fails}, {verb.order} {object.manual}
        misture {2..6} colheres de {ingredient} com {2..4} xicaras de {ingredient}
        [o] {DISH} fica {+word} quando {+care}
        cuidado: {object.manual} pode {danger}
        o resultado {+result}
        repita o passo {2..9} ate que {object.manual} fique no lugar
        guarde {ingredient} longe do calor e da umidade
        {DISH} bem servid[o] pede {ingredient}
        sentence.daily:
        {relative.my} {daily.did} {when}
        hoje o dia foi {M}{+word}: {+daily.why}
        {relative.my} acha [o] {SCENE} {+word}
        a gente {daily.we} {when}
        {+daily.why}
        {weather}
        {RELATIVE} {+daily.mood} com {the.event}
        na escola, [o] {EVENT} {+happened}
        o time {+played} por {1..5} a zero
        acordei cedo e {daily.i}
        o almoco estava {M}{+word}
        sentence.arts:
        o critico escreveu que [o] {WORK} [e|sao] {+word}
        [o] {WORK} de {HERO} {+work.judged}
        {+audience} na estreia d[o] {WORK}
        para {official}, [o] {WORK} [e|sao] {?degree.general}{+trait.general}
        o elenco {+cast}
        [o] {WORK} foi apresentad[o] por {HERO} em {1920..2015}
        [o] {WORK} tem {2..12} partes e trata de {subject}
        quem viu [o] {WORK} saiu {+face}
        "{M}{+word}", resumiu um espectador, {+face}
        a musica e de {HERO}, o texto fala de {subject}
        nem todos concordam, mas [o] {WORK} {+work.judged}
        """;
}
