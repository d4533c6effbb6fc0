// The many ways of saying that a product is good, frequent ones first.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules "good.*" of a <see cref="PhraseGrammar"/>; what is not about the product itself is in <see cref="GoodAsidePhrases"/>, what concerns one kind of product in <see cref="OwnPhrases"/>.</summary>
internal static class GoodPhrases
{
    public const string Text = """
        good.gradable:
        [bom|boa|bons|boas]
        bonit[o]
        pratic[o]
        lind[o]
        resistente[s]
        [util|uteis]
        confortave[l|is]
        eficiente[s]
        leve[s]
        bem feit[o]
        lega[l|is]
        faci[l|eis] de usar
        bacana[s]
        funciona[l|is]
        completinh[o]
        --
        caprichad[o]
        durave[l|is]
        charmos[o]
        robust[o]
        elegante[s]
        agradave[l|is]
        versat[il|eis]
        delicad[o]
        confiave[l|is]
        maneir[o]
        firme[s]
        economic[o]
        satisfatori[o]
        reforcad[o]
        estilos[o]
        jeitos[o]
        sofisticad[o]
        ajeitad[o]
        vistos[o]
        surpreendente[s]
        parrud[o]
        refinad[o]
        arretad[o]
        certeir[o]
        fof[o]
        graciosinh[o]
        encantador[|a|es|as]
        bem acabad[o]
        redondinh[o]
        animador[|a|es|as]
        invocad[o]
        arrumadinh[o]
        competente[s]
        primoros[o]
        requintad[o]
        chiquerrim[o]
        danad[o] de [bom|boa|bons|boas]
        aconchegante[s]
        harmonios[o]
        maci[o]
        caprichadissim[o]
        lindinh[o]
        bonitinh[o]
        fortinh[o]
        praticissim[o]
        solid[o]
        cheiros[o]
        gostos[o]
        inteligente[s]
        moderninh[o]
        bonit[ao|ona|oes|onas]
        vistosissim[o]
        compact[o]
        estave[l|is]
        duradour[o]
        harmonic[o]
        silencios[o]
        potente[s]
        precis[o]
        rendos[o]
        atraente[s]
        luxuos[o]
        aprimorad[o]
        equilibrad[o]
        generos[o]
        impressionante[s]
        bem resolvid[o]
        bem pensad[o]
        amig[o] do bolso
        completissim[o]
        levinh[o]
        rapidinh[o]
        delicadissim[o]
        finissim[o]
        [fiel|fieis] ao anuncio

        good.absolute:
        otim[o]
        excelente[s]
        perfeit[o]
        maravilhos[o]
        top
        nota 10
        show
        incrive[l|is]
        muito [bom|boa|bons|boas] mesmo
        show de bola
        [bom|boa|bons|boas] demais
        tudo de bom
        sensaciona[l|is]
        de primeira
        lindissim[o]
        --
        espetacular[|es]
        impecave[l|is]
        fantastic[o]
        nota mil
        sem igual
        uma maravilha
        de otima procedencia
        um espetaculo
        fenomena[l|is]
        massa
        da hora
        divin[o]
        um arraso
        extraordinari[o]
        magnific[o]
        um luxo
        de babar
        um achado
        fora de serie
        um xodo
        de cair o queixo
        uma belezura
        de respeito
        topissim[o]
        imbative[l|is]
        um espanto de [bom|boa|bons|boas]
        uma joia
        supimpa[s]
        irretocave[l|is]
        de tirar o chapeu
        formidave[l|is]
        um mimo
        esplendid[o]
        o maximo
        uma obra de arte
        fabulos[o]
        de outro planeta
        deslumbrante[s]
        pau pra toda obra
        um estouro
        de alto nivel
        daquel[es|as|es|as] que nao deixam ninguem na mao
        o bicho
        barbar[o]
        um primor
        trilega[l|is]
        exemplar[|es]
        padrao ouro
        uma delicia
        mara
        o que ha de melhor
        pai d'egua
        sublime[s]
        coisa fina
        filezinho
        uma baita compra
        chocante[s] de [bom|boa|bons|boas]
        admirave[l|is]
        um tiro certo

        good.phrase:
        gostei muito
        amei
        adorei
        [superou|superaram] minhas expectativas
        gostei
        [atendeu|atenderam] o que eu esperava
        estou muito satisfeita
        vale a pena
        {person} amou
        igual ao anuncio
        valeu muito a pena
        funciona[|m] direitinho
        {person} adorou
        tudo certo com [o] {PRODUCT}
        cumpre[|m] o que promete[|m]
        veio tudo certinho
        --
        me [surpreendeu|surpreenderam] positivamente
        me [ganhou|ganharam] de cara
        estou apaixonada por ess[e|a|es|as] {PRODUCT}
        nao largo mais
        fiquei de boca aberta quando abri
        virei fa da marca
        [caiu|cairam] como uma luva
        entrega ate mais do que diz
        foi a melhor coisa que comprei neste ano
        [facilitou|facilitaram] demais a minha vida
        ja [virou|viraram] [o] queridinh[o] aqui de casa
        todo mundo elogia
        valeu cada centavo
        {person} ficou com os olhos brilhando
        acertei em cheio
        nem parece que foi barat[o]
        dei pulos de alegria
        quebra[|m] um galho enorme
        nao vivo mais sem
        bate um bolao
        {person} nao quer saber de outra coisa
        da de dez nas marcas famosas
        tiro o chapeu para o fabricante
        chegou chegando
        fez bonito
        {person} quase chorou de emocao
        [deu|deram] conta do recado
        mandaram muito bem nesse projeto
        [arrasou|arrasaram]
        aguenta[|m] o tranco
        [ta|tao] aprovadissim[o]
        ate a vizinha ja quer [um|uma|uns|umas]
        coracao quentinho com essa compra
        [ganhou|ganharam] um cantinho especial na casa
        dinheiro bem gasto
        supre com folga a necessidade
        melhor do que nas fotos
        trabalha que e uma beleza
        sou so elogios
        dormi feliz no dia em que recebi
        desde entao so alegria
        faz jus a fama
        tem me salvado no dia a dia
        parece coisa de importado
        honra[|m] o nome da marca
        encheu meus olhos
        mata[|m] a pau
        foi amor a primeira vista
        estou nas nuvens
        [deixou|deixaram] {person} radiante
        segura a onda com tranquilidade
        anos luz na frente do que eu tinha

        good.negated:
        nao tenho do que reclamar
        nao me arrependo
        nao [e|sao] {-gradable}
        ate agora nao deu problema nenhum
        nada a reclamar
        nao decepciona[|m]
        sem defeitos
        nao vi nenhum defeito n[o] {PRODUCT}
        nao achei {-gradable} como falaram
        nunca me [deixou|deixaram] na mao
        --
        de {-gradable} nao tem nada
        nao tem como nao gostar
        em nenhum momento [se mostrou|se mostraram] {-gradable}
        nao troco por outr[o]
        quem disse que [e|sao] {-gradable} nao soube usar
        ainda nao achei ponto negativo
        passou longe de ser {-gradable}
        nao ha o que criticar
        nem um arranhao, nem um defeitinho
        defeito? procurei e nao achei
        tinha medo de ser {-gradable} e me enganei
        zero arrependimento
        nunca mais volto para a concorrente
        nao podia ser melhor

        good.did:
        funciona[|m] bem
        encaixa[|m] direitinho
        agrada[|m]
        dura[|m] muito
        aguenta[|m] bem
        facilita[|m] tudo
        impressiona[|m]
        combina[|m] com tudo
        ajuda[|m] demais
        surpreende[|m]
        --
        encanta[|m]
        brilha[|m]
        convence[|m]
        rende[|m] bastante
        conquista[|m]
        [satisfaz|satisfazem]
        resiste[|m]
        merece[|m] elogio
        [da|dao] gosto de ver
        fascina[|m]
        alegra[|m] a casa
        [impoe|impoem] respeito
        arrasa[|m]
        [e|sao] um charme
        [vale|valem] por dois
        [da|dao] de goleada
        [caiu|cairam] no gosto de todos
        [resolve|resolvem] num instante
        [trabalha|trabalham] quietinh[o]
        [passou|passaram] no teste
        [sobreviveu|sobreviveram] a tres mudancas
        [segue|seguem] intact[o]
        [continua|continuam] como nov[o]
        [fica|ficam] um brinco
        embeleza[|m] tudo
        transmite[|m] confianca
        esbanja[|m] qualidade
        desempenha[|m] que e uma alegria
        poupa[|m] tempo
        cativa[|m]

        good.story:
        ja uso faz tempo sem problema
        a festa de {person} ficou linda
        {person} pulou de alegria
        a casa ficou outra
        usamos no natal e foi sucesso
        as visitas perguntam onde comprei
        todo mundo do trabalho pediu o link
        --
        o sorriso de {person} valeu a espera
        o quarto ganhou vida
        tirei mil fotos e postei
        a vizinhanca inteira veio ver
        {person} leva para todo lado
        agora sobra tempo para descansar
        nossa rotina mudou para melhor
        o almoco de domingo ficou mais gostoso
        ate as criancas se comportam
        viajei {2..9} vezes com ele na mala
        ja indiquei para {2..9} colegas
        faz parte da familia
        """;
}
