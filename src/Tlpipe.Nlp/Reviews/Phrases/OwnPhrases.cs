// Opinions that only one kind of product calls for: a battery that lasts, a fabric that tears.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules "good.own.KIND" and "bad.own.KIND" of a <see cref="PhraseGrammar"/>.</summary>
internal static class OwnPhrases
{
    public const string Text = """
        good.own.phones:
        a bateria dura o dia inteiro
        carrega em {20..50} minutos
        som limpo e alto
        pareou de primeira
        --
        nunca travou
        roda todos os aplicativos liso
        as fotos saem nitidas ate de noite
        bateria guerreira
        nao esquenta na mao
        bad.own.phones:
        a bateria nao dura {2..4} horas
        esquenta muito
        trava toda hora
        nao carrega direito
        --
        a tela apagou sozinha
        o lado esquerdo ficou mudo
        desconecta a cada {2..5} minutos
        chiado insuportavel
        deu mau contato logo

        good.own.kitchen:
        facil de limpar
        tritura tudo
        cozinha rapido
        nao gruda nada
        --
        o cafe sai fumegando
        deixa a batata sequinha
        economiza gas
        silenciosa ate de madrugada
        virou xodo da cozinha
        bad.own.kitchen:
        vaza por baixo
        nao esquenta
        faz muito barulho
        o antiaderente saiu
        --
        derreteu a borracha
        soltou gosto de plastico
        gela uma vez e outra nao
        riscou na primeira lavagem
        desarma o disjuntor

        good.own.fashion:
        serviu certinho
        veste super bem
        tecido macio
        muito confortavel no pe
        --
        nao desbota na maquina
        costura reta e firme
        ganhei {2..6} elogios no primeiro dia
        parece feito sob medida
        valorizou o corpo
        bad.own.fashion:
        forma pequena
        ficou apertado
        tecido transparente
        descosturou logo
        --
        encolheu na primeira lavagem
        a sola descolou na chuva
        encheu de bolinhas
        pinica a pele
        o ziper emperrou no provador

        good.own.beauty:
        cheiro delicioso
        fixa o dia todo
        deixou o cabelo sedoso
        rende bastante
        --
        a pele ficou um veludo
        hidrata sem pesar
        original e lacrado
        seca o cabelo em {5..15} minutos
        nao borra nem com choro
        bad.own.beauty:
        o cheiro some em {10..40} minutos
        falsificado
        deu alergia
        ressecou meu cabelo
        --
        coceira e vermelhidao
        veio pela metade do frasco
        cheira a alcool puro
        arrancou meus fios
        validade vencida ha {2..8} meses

        good.own.home:
        facil de montar
        ficou lindo na sala
        acabamento bonito
        muito macio
        --
        montei sem ajuda em {1..3} horas
        encaixou milimetricamente
        acordo sem dor nas costas
        deu outra cara ao quarto
        madeira encorpada
        bad.own.home:
        dificil de montar
        veio faltando parafuso
        a porta nao fecha
        madeira muito fina
        --
        empenou em {2..6} semanas
        as pecas vieram lascadas
        os furos nao batem
        afundou no meio
        manual indecifravel

        good.own.toys:
        as criancas amaram
        diverte a familia toda
        bem colorido
        meu filho brinca todo dia
        --
        estimula a imaginacao
        ja caiu {3..9} vezes e continua inteiro
        nem olha mais para o tablet
        pecas sem rebarba
        horas de risada garantida
        bad.own.toys:
        quebrou no mesmo dia
        plastico muito fino
        a pilha acaba rapido
        meu filho nem brincou
        --
        tem ponta que machuca
        solta peca pequena, um perigo
        as rodinhas nao giram
        tinta sai na boca do bebe
        vem com {2..4} pecas repetidas

        good.own.books:
        leitura envolvente
        historia linda
        li em {1..4} dias
        otima traducao
        --
        chorei no ultimo capitulo
        daqueles para ler e reler
        diagramacao confortavel para os olhos
        final arrebatador
        linguagem clara e didatica
        bad.own.books:
        historia cansativa
        paginas em branco
        letra muito pequena
        veio com a capa rasgada
        --
        traducao capenga
        folhas soltando
        parei na pagina {20..90}
        final sem pe nem cabeca
        enredo arrastado

        good.own.sports:
        bem estavel
        otimo para treinar em casa
        aguenta bem o peso
        regulagem facil
        --
        pedalei {15..60} km sem incomodo
        aderencia perfeita no piso molhado
        montei tudo em {5..15} minutos
        freia na hora
        nao deixa cheiro depois do treino
        bad.own.sports:
        desgasta rapido
        material muito duro
        rasgou no primeiro treino
        freio nao funciona
        --
        entortou no primeiro tombo
        nao aguenta chuva
        empedrou e nao dissolve
        estourou a costura no {2..4}o jogo
        a rosca espanou

        good.own.tools:
        muita potencia
        servico pesado fica facil
        bateria dura bem
        maleta organizada
        --
        torque de sobra
        pressao forte, limpou o quintal todo
        nao espana parafuso
        pegada firme na mao
        serve ate para profissional
        bad.own.tools:
        nao tem forca
        a bateria nao segura carga
        nao serve para obra
        o plastico trincou
        --
        espanou no {2..5}o parafuso
        soltou fumaca
        o mandril vem torto
        vaza oleo
        o encaixe e folgado

        good.own.baby:
        meu bebe dorme tranquilo
        nao vaza
        facil de fechar
        muito seguro
        --
        nao deu assadura
        cabe no porta-malas folgado
        a noite inteira sequinho
        acalma na hora
        desliza com uma mao so
        bad.own.baby:
        vaza muito
        deu assadura
        rodas travam
        trava nao segura
        --
        bico duro, bebe recusou
        estofado solta espuma
        tomba facil, perigo
        o cinto abre sozinho
        cola nao gruda

        good.own.pets:
        meu cachorro amou
        os gatos adoraram
        segura bem o cheiro
        pelo mais brilhante
        --
        abanou o rabo na hora
        faz {2..6} meses e nem arranhou
        a coceira sumiu
        dorme ali o dia inteiro
        nao levanta poeira
        bad.own.pets:
        meu cachorro destruiu em {2..5} minutos
        o gato nem chegou perto
        nao absorve
        meu gato passou mal
        --
        fecho abriu e o cachorro fugiu
        empelota e fede
        deu alergia no focinho
        desmontou em {2..7} dias
        ficou do tamanho de um rato

        good.own.computers:
        imagem nitida
        muito rapido
        instalacao facil
        wi-fi chega na casa toda
        --
        liga em {5..15} segundos
        digitacao macia
        roda jogo pesado sem engasgar
        cores vivas
        imprime {200..500} folhas numa boa
        bad.own.computers:
        muito lento
        tela com mancha
        nao liga
        wi-fi cai toda hora
        --
        {2..5} pixels queimados
        puxa {2..3} folhas de uma vez
        tecla afundou
        clique duplo fantasma
        perdeu todos os meus arquivos
        """;
}
