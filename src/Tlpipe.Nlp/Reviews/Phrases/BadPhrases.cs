// The many ways of saying that a purchase was bad, frequent ones first.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules "bad.*" of a <see cref="PhraseGrammar"/>; what concerns one kind of product is in <see cref="OwnPhrases"/>.</summary>
internal static class BadPhrases
{
    public const string Text = """
        bad.gradable:
        [ruim|ruins]
        frac[o]
        frage[l|is]
        fei[o]
        pequen[o] demais
        mal feit[o]
        barulhent[o]
        difi[cil|ceis] de usar
        inferior[|es]
        lent[o]
        chat[o] de montar
        desconfortave[l|is]
        fragilzinh[o]
        complicad[o]
        simples demais
        --
        vagabund[o]
        mixuruca[s]
        fajut[o]
        fuleir[o]
        tosc[o]
        mal acabad[o]
        chinfri[m|ns]
        fuba[|s]
        bamb[o]
        desengoncad[o]
        precari[o]
        inuti[l|eis]
        instave[l|is]
        quebradic[o]
        decepcionante[s]
        froux[o]
        irritante[s]
        mequetrefe[s]
        capenga[s]
        ordinari[o]
        malfeitinh[o]
        rustic[o] no mau sentido
        sem graca
        desleixad[o]
        encardid[o]
        enganos[o]
        grosseir[o]
        molenga[s]
        esquisit[o]
        ineficiente[s]
        descarta[vel|veis]
        deploravelmente frac[o]
        trambolhud[o]
        xexelent[o]
        murch[o]
        limitad[o]

        bad.absolute:
        pessim[o]
        horrive[l|is]
        uma porcaria
        um lixo
        uma decepcao
        de ma qualidade
        muito [ruim|ruins] mesmo
        de baixa qualidade
        dinheiro jogado fora
        uma vergonha
        nota zero
        terrive[l|is]
        uma furada
        com defeito
        pura propaganda enganosa
        --
        uma bomba
        meia boca
        de quinta categoria
        uma enganacao
        lamentave[l|is]
        um horror
        uma droga
        de doer
        sem condicoes
        um fiasco
        uma cilada
        deplorave[l|is]
        uma piada de mau gosto
        abaixo da critica
        ridicul[o]
        pavoros[o]
        bem abaixo do esperado
        um desastre
        de chorar
        uma tranqueira
        um engodo
        um abacaxi
        de segunda mao
        uma negacao
        um golpe
        um desgosto
        uma gambiarra
        imprestave[l|is]
        uma roubada
        vergonhos[o]
        uma tristeza
        sofrive[l|is]
        uma lastima
        uma bela porcaria
        pirata[s]
        coisa de camelo
        intragave[l|is]
        uma bagaceira
        medonh[o]
        um cacareco
        inaceitave[l|is]
        uma falcatrua
        um trambolho
        tenebros[o]
        uma josta
        abomina[vel|veis]
        uma arapuca
        uma dor de cabeca
        um presente de grego
        uma tapeacao
        peba[s]
        um mico
        uma lambanca
        o fim da picada
        um descaso com o consumidor

        bad.phrase:
        nao gostei
        me arrependi
        [parou|pararam] de funcionar
        [veio|vieram] com defeito
        [quebrou|quebraram] em {2..9} dias
        [veio|vieram] errad[o]
        nao funciona[|m]
        [veio|vieram] faltando peca
        diferente da foto
        quero meu dinheiro de volta
        nao [atendeu|atenderam] minhas expectativas
        [estragou|estragaram] no primeiro uso
        vou devolver
        nao vale o preco
        [chegou|chegaram] quebrad[o]
        esperava mais
        --
        [foi|foram] direto para o lixo
        [durou|duraram] {2..9} dias e so
        [desmanchou|desmancharam] na minha mao
        me senti feita de trouxa
        [pifou|pifaram]
        {person} chorou de desgosto
        nem [ligou|ligaram]
        larguei num canto e nunca mais usei
        [desbotou|desbotaram] na primeira semana
        [enferrujou|enferrujaram] em {2..5} semanas
        comprei gato por lebre
        entrou agua e ja era
        nem de graca eu quero
        [veio|vieram] tod[o] riscad[o]
        ja [esta|estao] no conserto pela {2..3}a vez
        abriu o bico
        tive que improvisar com fita para segurar
        cheira a queimado quando liga
        so serve para juntar poeira
        {person} passou vergonha com o presente
        [deixou|deixaram] a desejar
        [descascou|descascaram] inteir[o]
        prometeram mundos e fundos
        da choque
        vive travando
        soltou um pedaco assim que abri
        mandaram coisa usada como se fosse nova
        [esta|estao] encostad[o] desde o {2..5}o dia
        foi so passar a garantia para dar pau
        nao encaixa[|m] de jeito nenhum
        ficou pela metade da promessa
        [vazou|vazaram] tudo no armario
        perdi meu tempo e minha paciencia
        a foto engana
        joguei {price} pela janela
        me deixou na mao logo no dia da festa
        [rasgou|rasgaram] sozinh[o]
        [virou|viraram] peso de papel
        [esfarelou|esfarelaram]
        ja [nasceu|nasceram] mort[o]
        faz um ruido de trator
        da nos nervos
        cai aos pedacos
        mal saiu da caixa e trincou
        fiquei no prejuizo
        [queimou|queimaram] no {2..4}o dia
        emperra toda hora
        passei raiva com ess[e|a|es|as] {PRODUCT}
        soltou tinta na minha mao
        nunca vi um negocio tao mal pensado

        bad.negated:
        nao [e|sao] {-gradable}
        nao gostei nada
        nao recomendo
        nao achei {-gradable}
        nao compro mais
        nao presta[|m]
        nao [e|sao] {-absolute} como diziam
        nao vale a pena
        nao cumpre[|m] o que promete[|m]
        nunca mais compro
        --
        de {-gradable} nao tem nada
        esta longe de ser {-gradable}
        quem disse que [e|sao] {-absolute} nunca usou
        nem sombra do que diz a propaganda
        nao chega nem perto de ser {-absolute}
        esperava algo {-gradable} e me enganei
        nem para quebrar galho serve
        nao dura[|m] nada
        nao vi nada de {-absolute} nisso
        sem a menor utilidade
        [seria|seriam] {-gradable} se funcionasse[|m]
        nao tem acabamento nem capricho
        achei que fosse {-absolute}, ledo engano
        nao [aguentou|aguentaram] {2..9} usos

        bad.delivery:
        ainda nao recebi
        nao recebi o produto
        demorou muito
        entrega atrasada
        chegou atrasado
        ate hoje nada
        demorou {20..60} dias
        entregaram errado
        atrasou {5..25} dias
        consta entregue e nao recebi
        --
        sumiram com a minha encomenda
        o rastreio nao anda ha {10..40} dias
        veio de carroca
        a transportadora inventou que eu nao estava
        largaram no vizinho sem avisar
        mudaram a previsao {2..6} vezes
        extraviaram e ninguem assume
        jogaram por cima do muro
        o aniversario passou e a encomenda nao veio
        faz {2..4} meses que espero
        tive que buscar a {10..60} km de casa
        mandaram so {2..3} dos {4..6} volumes
        entregador grosso, largou na chuva
        deram a mercadoria por extraviada e pronto

        bad.price:
        caro
        muito caro
        nao vale {price}
        preco alto demais
        paguei caro
        caro para o que oferece
        frete caro
        {price} jogados fora
        --
        preco salgado
        um roubo
        achei por {20..60} reais a menos na esquina
        facada no bolso
        subiram o valor antes da promocao
        frete mais caro que [o] {PRODUCT}
        preco de ouro por uma coisa dessas
        por {price} esperava dignidade
        cobraram {2..3} vezes no cartao
        o desconto era de mentira

        bad.service:
        pessimo atendimento
        ninguem responde
        nao resolvem meu problema
        loja nao responde
        falta de respeito com o cliente
        atendimento horrivel
        --
        abri {2..6} reclamacoes e nada
        so enrolacao
        um empurra para o outro
        vou procurar o procon
        fiquei {30..90} minutos pendurada no telefone
        o chat so tem robo
        se recusam a trocar
        sumiram depois que pagaram a fatura
        descaso total
        estorno que e bom, nem sinal
        mandam a mesma resposta pronta
        atendente debochada
        desligaram na minha cara

        bad.packaging:
        caixa amassada
        mal embalado
        embalagem ruim
        veio sem protecao
        embalagem violada
        --
        a caixa chegou rasgada e molhada
        veio solto dentro de um saco
        nem um plastico bolha colocaram
        embrulhado em jornal velho
        lacre rompido e sem nota fiscal
        tudo chacoalhando la dentro
        caixa em peticao de miseria
        parecia que um caminhao passou por cima

        bad.recommend:
        nao recomendo
        nao comprem
        nunca mais
        nao compro mais nessa loja
        nao indico
        fujam
        quero trocar
        quero devolver
        quero reembolso
        pensem bem antes de comprar
        --
        passem longe
        e cilada
        poupem seu dinheiro
        nao caiam nessa
        gastem com outra coisa
        se arrependimento matasse
        nota zero se pudesse
        uma estrela e muito
        nao desejo nem para inimigo
        procurem outra marca
        corram
        fica o alerta
        nem de presente
        vou reclamar ate o fim
        ja pedi o cancelamento
        abram o olho

        bad.verdict:
        insatisfeito
        decepcionado
        nao recomendo
        nao gostei
        decepcao
        arrependida
        produto com defeito
        decepcionada
        nao recebi
        insatisfeita
        --
        indignado
        frustrada
        lesado
        prejuizo
        revoltada
        enganado
        compra perdida
        que furada
        chateado
        aborrecimento
        abaixo do esperado
        dinheiro perdido

        bad.title:
        {+verdict}
        {PRODUCT} {+absolute}
        {+recommend}
        {GENERIC} {+adjective}
        muito {+gradable}
        {+phrase}
        {+delivery}
        {+absolute}!
        {+service}

        bad.ironic:
        parabens pela agilidade, levou so {25..90} dias
        otimo para quem gosta de jogar {price} no lixo
        se a ideia era me fazer de palhaco, nota 10
        maravilha de {PRODUCT}, pena que nao liga
        adorei abrir a caixa e encontrar metade do que paguei
        excelente peso de porta
        que beleza, quebrou antes de {person} ver
        recomendo muito, para quem eu nao gosto
        lindo na foto, ja na vida real...
        amei esperar {20..70} dias por isso, so que ao contrario
        perfeito para enfeitar a lixeira
        o sistema de trocas e tao bom que ja usei {2..5} vezes
        durou bastante: {2..9} minutos
        qualidade incrivel, incrivel como alguem vende isso
        produto magico, o dinheiro sumiu e nada apareceu
        atendimento top, {3..9} protocolos e nenhuma solucao
        [o] melhor {PRODUCT} para quem quer passar raiva
        gostei tanto que devolvi
        show de horrores, a loja esta de parabens
        economizei {20..80} reais e ganhei uma dor de cabeca de brinde
        super resistente, resistiu a {2..4} usos inteiros

        bad.emoji:
        😡
        👎
        😞
        :(
        😠
        😤
        👎👎👎
        😢
        🤬
        ¬¬
        💩
        😒
        🤦
        :/
        💔
        """;
}
