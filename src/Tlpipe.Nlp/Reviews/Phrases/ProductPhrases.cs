// What the shop sells: products with gender and number, their parts and what they cost, by kind.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules of a <see cref="PhraseGrammar"/>; kinds are the topics that rules may end in.</summary>
internal static class ProductPhrases
{
    public static readonly string[] Kinds =
        ["phones", "kitchen", "fashion", "beauty", "home", "toys", "books", "sports", "tools", "baby", "pets", "computers"];

    public const string Text = """
        PRODUCT.phones:
        celular/ms
        fone de ouvido/ms
        smartphone/ms
        caixinha de som/fs
        capinhas/fp
        pelicula/fs
        relogio inteligente/ms
        carregador/ms
        carregador portatil/ms
        fones sem fio/mp
        suporte veicular/ms
        cabo usb/ms
        tablet/ms
        smartwatch/ms
        camera de seguranca/fs
        radinho/ms
        PART.phones:
        bateria/fs
        tela/fs
        camera/fs
        som/ms
        botoes/mp
        conexao/fs
        sistema/ms
        cabo/ms
        microfone/ms
        caixas de som/fp
        leitor de digital/ms
        amount.phones:
        {39..199}
        {250..990}
        {1000..2800}

        PRODUCT.kitchen:
        liquidificador/ms
        panela de pressao/fs
        fritadeira/fs
        cafeteira/fs
        jogo de panelas/ms
        batedeira/fs
        geladeira/fs
        fogao/ms
        micro-ondas/ms
        facas/fp
        garrafa termica/fs
        sanduicheira/fs
        potes hermeticos/mp
        tacas/fp
        processador/ms
        mixer/ms
        chaleira eletrica/fs
        purificador de agua/ms
        PART.kitchen:
        tampa/fs
        copo/ms
        motor/ms
        cabo/ms
        borracha de vedacao/fs
        laminas/fp
        painel/ms
        cesto/ms
        acabamento/ms
        resistencia/fs
        botao/ms
        grades/fp
        amount.kitchen:
        {59..290}
        {300..900}
        {1100..2400}

        PRODUCT.fashion:
        tenis/ms
        vestido/ms
        camiseta/fs
        sandalias/fp
        bota/fs
        mochila/fs
        bolsa/fs
        relogio/ms
        calca jeans/fs
        sapatos/mp
        jaqueta/fs
        oculos de sol/ms
        pijama/ms
        chinelos/mp
        carteira/fs
        moletom/ms
        brincos/mp
        meias/fp
        PART.fashion:
        tecido/ms
        costura/fs
        sola/fs
        cor/fs
        ziper/ms
        modelagem/fs
        alcas/fp
        forro/ms
        botoes/mp
        palmilha/fs
        caimento/ms
        estampa/fs
        amount.fashion:
        {35..120}
        {130..390}

        PRODUCT.beauty:
        perfume/ms
        secador/ms
        chapinha/fs
        creme/ms
        shampoo/ms
        batom/ms
        base/fs
        escova secadora/fs
        barbeador/ms
        esmaltes/mp
        hidratante/ms
        pinceis/mp
        protetor solar/ms
        mascara de cilios/fs
        sabonetes/mp
        oleo capilar/ms
        PART.beauty:
        cheiro/ms
        fixacao/fs
        textura/fs
        frasco/ms
        fragrancia/fs
        temperatura/fs
        cerdas/fp
        tom/ms
        cobertura/fs
        valvula/fs
        fio/ms
        amount.beauty:
        {19..89}
        {90..320}

        PRODUCT.home:
        sofa/ms
        guarda-roupa/ms
        jogo de cama/ms
        colchao/ms
        travesseiros/mp
        cortina/fs
        mesa/fs
        cadeiras/fp
        estante/fs
        tapete/ms
        luminaria/fs
        rack/ms
        edredom/ms
        toalhas/fp
        prateleiras/fp
        ventilador/ms
        sapateira/fs
        escrivaninha/fs
        PART.home:
        madeira/fs
        tecido/ms
        acabamento/ms
        espuma/fs
        pecas/fp
        parafusos/mp
        manual de montagem/ms
        gavetas/fp
        portas/fp
        pintura/fs
        pes/mp
        enchimento/ms
        amount.home:
        {49..190}
        {200..890}
        {900..2100}

        PRODUCT.toys:
        boneca/fs
        carrinho/ms
        quebra-cabeca/ms
        patinete/ms
        bicicleta infantil/fs
        blocos de montar/mp
        jogo de tabuleiro/ms
        pelucia/fs
        dinossauro/ms
        massinhas/fp
        drone/ms
        cartas/fp
        casinha de boneca/fs
        pista de carrinhos/fs
        PART.toys:
        pecas/fp
        plastico/ms
        rodinhas/fp
        som/ms
        cores/fp
        roupinha/fs
        controle/ms
        encaixes/mp
        luzes/fp
        material/ms
        amount.toys:
        {29..99}
        {100..340}

        PRODUCT.books:
        livro/ms
        box de livros/ms
        romance/ms
        agenda/fs
        quadrinhos/mp
        dicionario/ms
        biografia/fs
        apostila/fs
        livro de receitas/ms
        caderno/ms
        colecao/fs
        guia de viagem/ms
        PART.books:
        capa/fs
        historia/fs
        folhas/fp
        traducao/fs
        letra/fs
        personagens/mp
        ilustracoes/fp
        impressao/fs
        final/ms
        lombada/fs
        amount.books:
        {15..49}
        {50..120}

        PRODUCT.sports:
        bicicleta/fs
        esteira/fs
        halteres/mp
        bola/fs
        barraca/fs
        patins/mp
        colchonete/ms
        luvas/fp
        garrafinha/fs
        corda de pular/fs
        suplemento/ms
        caneleiras/fp
        saco de dormir/ms
        raquetes/fp
        PART.sports:
        material/ms
        costura/fs
        freios/mp
        pneus/mp
        selim/ms
        fecho/ms
        sabor/ms
        estrutura/fs
        rolamentos/mp
        regulagem/fs
        amount.sports:
        {39..160}
        {180..990}

        PRODUCT.tools:
        furadeira/fs
        parafusadeira/fs
        chave de fenda/fs
        jogo de chaves/ms
        lavadora de alta pressao/fs
        serra/fs
        trena/fs
        lanterna/fs
        escada/fs
        macaco hidraulico/ms
        compressor/ms
        alicates/mp
        mangueira/fs
        pneus/mp
        PART.tools:
        bateria/fs
        maleta/fs
        motor/ms
        mandril/ms
        gatilho/ms
        empunhadura/fs
        bico/ms
        pecas/fp
        engates/mp
        acabamento/ms
        amount.tools:
        {29..150}
        {180..780}

        PRODUCT.baby:
        carrinho de bebe/ms
        fraldas/fp
        berco/ms
        mamadeiras/fp
        cadeirinha/fs
        banheira/fs
        chupetas/fp
        baba eletronica/fs
        andador/ms
        tapetinho/ms
        bodies/mp
        cadeira de alimentacao/fs
        PART.baby:
        tecido/ms
        rodas/fp
        cinto/ms
        estofado/ms
        absorcao/fs
        bico/ms
        trava/fs
        bandeja/fs
        elastico/ms
        regulagem/fs
        amount.baby:
        {25..95}
        {120..790}

        PRODUCT.pets:
        racao/fs
        caminha/fs
        casinha/fs
        arranhador/ms
        coleira/fs
        bebedouro/ms
        petiscos/mp
        areia higienica/fs
        brinquedo de corda/ms
        tapetes higienicos/mp
        caixa de transporte/fs
        aquario/ms
        PART.pets:
        cheiro/ms
        tecido/ms
        material/ms
        fecho/ms
        espuma/fs
        bomba/fs
        graos/mp
        costura/fs
        trava/fs
        tamanho/ms
        amount.pets:
        {19..79}
        {85..260}

        PRODUCT.computers:
        notebook/ms
        teclado/ms
        mouse/ms
        impressora/fs
        monitor/ms
        cadeira gamer/fs
        pendrive/ms
        televisao/fs
        roteador/ms
        controle/ms
        video game/ms
        cartuchos/mp
        hd externo/ms
        webcam/fs
        caixas de som/fp
        PART.computers:
        tela/fs
        imagem/fs
        teclas/fp
        bateria/fs
        velocidade/fs
        memoria/fs
        entradas/fp
        sinal/ms
        luzes/fp
        cabo de energia/ms
        base/fs
        instalacao/fs
        amount.computers:
        {49..240}
        {260..990}
        {1200..3500}
        """;
}
