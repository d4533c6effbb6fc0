// What is said of a good purchase besides the product: delivery, price, service, packaging, the verdict, irony.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules "good.*" of a <see cref="PhraseGrammar"/>, beside those in <see cref="GoodPhrases"/>.</summary>
internal static class GoodAsidePhrases
{
    public const string Text = """
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
