// What is said of a bad purchase besides the product: delivery, price, service, packaging, the verdict, irony.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules "bad.*" of a <see cref="PhraseGrammar"/>, beside those in <see cref="BadPhrases"/>.</summary>
internal static class BadAsidePhrases
{
    public const string Text = """
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
        >:(
        💩
        😒
        🤦
        :/
        💔
        """;
}
