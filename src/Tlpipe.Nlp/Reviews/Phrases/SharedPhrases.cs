// What both happy and unhappy customers say: sentence frames, circumstances, connectives, people, prices.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules of a <see cref="PhraseGrammar"/> in which only a slot {+…} carries an opinion.</summary>
internal static class SharedPhrases
{
    public const string Text = """
        product:
        {frame}
        {part}
        {+phrase}
        {frame}
        {part}
        {+negated}
        {+own}

        frame:
        [o] {PRODUCT} [e|sao] {+adjective}
        {GENERIC} {+adjective}
        achei [o] {PRODUCT} {+adjective}
        [e|sao] {+adjective}
        {PRODUCT} {+adjective}
        na minha opiniao [e|sao] {+adjective}
        [o] {PRODUCT} que comprei [e|sao] {+adjective}
        ess[e|a|es|as] {PRODUCT} [e|sao] {+adjective}
        {+adjective}
        a qualidade d[o] {PRODUCT} {quality.is}
        a gente aqui de casa achou {+adjective}
        {person} achou [o] {PRODUCT} {+adjective}
        comparad[o] com {article} que eu tinha, [e|sao] {+adjective}
        usei {2..9} vezes e achei {+adjective}
        depois de {2..11} meses de uso posso dizer que [e|sao] {+adjective}
        ja e a {2..4}a vez que compro e continua[|m] {+adjective}
        pessoalmente [e|sao] {+adjective}
        pel[o] {PRODUCT} que recebi, so posso chamar de {+adjective}
        pra resumir: {+adjective}
        {+adjective}, [e|sao] essa a palavra
        quality.is:
        {QUALITY} {+adjective}
        QUALITY:
        e/fs
        parece/fs
        segue/fs
        GENERIC:
        produto/ms
        qualidade/fs
        produto/ms
        material/ms
        compra/fs
        item/ms
        mercadoria/fs
        article:
        [o]
        [o] outr[o]
        part:
        [o] {PART} {+did}
        [o] {PART} [e|sao] {+adjective}
        {PART} {+adjective}
        [o] {PART} {+did}
        [o] {PART} [e|sao] {?degree}{+gradable}
        achei [o] {PART} {?degree}{+gradable}
        [o] {PART} tambem [e|sao] {+adjective}
        quanto [ao|a|aos|as] {PART}, {+adjective}
        destaque para [o] {PART}, {+absolute}
        [o] {PART} sempre {+did}
        ess[e|a|es|as] {PART} {+did}
        good.adjective:
        {good.absolute}
        {degree} {good.gradable}
        {good.gradable}
        bad.adjective:
        {bad.absolute}
        {degree} {bad.gradable}
        {bad.gradable}
        degree:
        muito
        bem
        super
        muito muito
        bastante
        realmente
        extremamente
        tao
        mega
        hiper
        incrivelmente
        um tanto
        absurdamente
        pra la de
        deveras

        person:
        minha filha
        meu marido
        meu filho
        minha mae
        minha esposa
        meu pai
        minha sobrinha
        meu neto
        minha irma
        meu namorado
        minha avo
        minha afilhada
        meu cunhado
        minha sogra
        meu vizinho
        uma amiga do trabalho

        story:
        comprei para {person}
        comprei [o] {PRODUCT} na promocao
        comprei pelo aplicativo
        uso todo dia
        chegou {weekday}
        paguei {price}
        comprei de presente para {person}
        precisava de {article.a} {PRODUCT}
        comprei faz {2..9} meses
        {person} que indicou
        comprei {2..4} unidades
        peguei na black friday
        dei de presente de aniversario para {person}
        era um sonho antigo de {person}
        minha cidade fica no interior
        sou cliente da loja ha {2..12} anos
        estava de olho fazia tempo
        primeira vez que compro pela internet
        escolhi a cor {color}
        levei em consideracao os comentarios daqui
        moro em apartamento pequeno
        tenho {2..3} criancas em casa
        [o] antig[o] tinha {2..9} anos de uso
        foi para a casa da praia
        retirei na loja fisica
        mandei entregar no servico
        story.phones:
        uso para trabalhar o dia inteiro
        tinha um modelo de outra marca
        comprei para {person}
        uso na academia
        paguei {price}
        troquei o antigo depois de {2..6} anos
        chegou {weekday}
        story.books:
        li em {2..9} dias
        comprei para a faculdade
        dei de presente para {person}
        e o {2..8}o que leio desse autor
        paguei {price}
        comprei para a escola de {person}
        story.pets:
        tenho {2..4} gatos em casa
        comprei para minha cachorrinha
        meu cachorro tem {6..35} quilos
        paguei {price}
        tenho um vira-lata de {2..13} anos
        article.a:
        [um|uma|uns|umas]
        [um|uma|uns|umas] bo[m|a|ns|as]
        weekday:
        ontem
        na segunda
        hoje cedo
        na sexta
        no sabado de manha
        na semana passada
        color:
        preta
        azul
        branca
        rosa
        vermelha
        cinza
        verde agua

        price:
        {amount} reais
        r$ {amount},90
        r$ {amount},00
        {amount},99
        r${amount}
        {amount} conto
        PRICED:
        preco/ms
        valor/ms
        days:
        {2..6} dias
        uma semana
        {7..14} dias
        dois dias

        but:
        mas
        porem
        so que
        mas
        mais
        so
        o problema e que
        por outro lado
        entretanto
        no entanto
        contudo
        agora
        ja
        although:
        apesar disso,
        mesmo assim
        ainda assim
        mas no geral
        mas no fim das contas
        tirando isso,
        fora isso,
        no mais,
        so que o que importa e que

        title:
        {+title}
        {GENERIC} {+absolute}
        {PRODUCT} {+absolute}
        {+absolute}
        {PRODUCT} {+gradable}
        {PRODUCT}
        {+verdict}
        {+phrase}
        {degree} {+gradable}
        title.mixed:
        {PRODUCT}
        {+title}
        minha opiniao
        poderia ser melhor
        em parte
        mais ou menos
        minha avaliacao d[o] {PRODUCT}
        {PRODUCT} {+gradable}
        nem tudo sao flores
        pros e contras
        {+verdict}
        """;
}
