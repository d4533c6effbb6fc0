// The many ways of saying that a purchase was good, frequent ones first.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules "good.*" of a <see cref="PhraseGrammar"/>; what concerns one kind of product is in <see cref="OwnPhrases"/>.</summary>
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

        good.delivery:
        chegou rapido
        entrega rapida
        chegou antes do prazo
        entrega super rapida
        chegou em {days}
        chegou no prazo
        entrega dentro do prazo
        recebi antes da data prevista
        entrega nota 10
        chegou {2..9} dias antes
        --
        entrega relampago
        em {2..4} dias ja estava na minha porta
        a transportadora foi pontual
        entregador educado e cuidadoso
        chegou voando
        o frete foi um foguete
        pisquei e chegou
        prometeram {10..20} dias e levou {2..6}
        a logistica dessa loja e um relogio
        nem deu tempo de ficar ansiosa, ja tinha chegado
        rastreio certinho do comeco ao fim
        entregaram ate num feriado
        ligeirinho no portao de casa
        comprei de noite e {days} depois estava aqui

        good.price:
        preco bom
        otimo preco
        otimo custo beneficio
        barato
        preco justo
        melhor preco que encontrei
        por {price} vale a pena
        paguei so {price}
        --
        preco camarada
        pechincha
        por {price} foi um presentao
        cabe no bolso
        valor honesto
        economizei {20..90} reais comparado ao shopping
        preco imbativel
        uma barganha
        nao achei mais em conta em lugar nenhum
        o desconto foi de verdade
        por {price} esta quase de graca
        o frete gratis ajudou

        good.service:
        otimo atendimento
        loja de confianca
        loja muito boa
        vendedor atencioso
        parabens a loja
        atendimento excelente
        --
        responderam minha duvida em {5..40} minutos
        o vendedor mandou ate um brinde
        troca feita sem burocracia
        equipe solicita e gentil
        o pos-venda resolve de verdade
        o suporte foi um amor comigo
        me trataram com respeito do inicio ao fim
        loja seria e transparente
        mandaram bilhetinho agradecendo, achei um carinho
        a atendente teve paciencia de monge
        trocaram na hora o tamanho errado que eu pedi
        bati o maior papo com o vendedor, gente finissima

        good.packaging:
        bem embalado
        embalagem perfeita
        veio muito bem embalado
        embalagem bem protegida
        chegou tudo intacto
        --
        caixa reforcada com plastico bolha
        embalagem caprichada, da ate do de rasgar
        nem um amassado na caixa
        lacre inviolado
        embrulhado com todo o zelo
        chegou inteirinho
        veio com cantoneiras e isopor
        papel de seda e cheirinho bom

        good.recommend:
        recomendo
        super recomendo
        recomendo a todos
        comprarei novamente
        recomendo muito
        pode comprar sem medo
        com certeza compraria de novo
        parabens
        indico
        ja quero outr[o]
        --
        comprem sem susto
        vou pedir mais {2..5}
        indico de olhos fechados
        ja passei o link para {person}
        vou presentear a familia inteira
        assino embaixo
        podem ir na fe
        vai fundo
        cinco estrelas com folga
        se tivesse seis estrelas eu dava
        faco propaganda de graca
        ja encomendei [o] proxim[o]
        volto a comprar quando precisar
        nem pense duas vezes
        bora comprar, gente
        virei cliente fiel

        good.verdict:
        satisfeito
        recomendo
        gostei
        boa compra
        amei
        feliz
        satisfeita
        aprovado
        otima compra
        compensa
        --
        encantada
        compra acertada
        surpresa boa
        realizado
        melhor escolha
        sem arrependimento
        so elogios
        nota maxima
        acima do esperado
        contente
        alegria em casa
        expectativa superada

        good.title:
        {+verdict}
        {PRODUCT} {+absolute}
        {+recommend}
        {GENERIC} {+adjective}
        muito {+gradable}
        {+phrase}
        {+absolute}!
        {+price}
        {+delivery}

        good.ironic:
        unico defeito: {person} nao me devolve mais
        cuidado: vicia
        odiei ter demorado tanto para conhecer
        o chato e que agora {person} tambem quer
        pessimo para o meu bolso, ja comprei {2..5}
        minha unica reclamacao e nao ter comprado {2..3}
        tragedia: acabou em {2..6} dias de tao gostoso de usar
        tive que esconder de {person} para conseguir usar
        raiva de mim por ter gastado {price} em outra marca antes
        socorro, nao consigo parar de usar
        briga feia aqui em casa para ver quem usa primeiro
        cheguei atrasado no servico por culpa dess[e|a|es|as] {PRODUCT}, nao queria largar
        que odio, agora os outros {2..6} que eu tinha parecem lixo perto dele

        good.emoji:
        😍
        👏👏👏
        ❤️
        👍
        :)
        😀
        🥰
        ⭐⭐⭐⭐⭐
        <3
        🙌
        😉
        🎉
        =d
        💖💖
        🤩
        """;
}
