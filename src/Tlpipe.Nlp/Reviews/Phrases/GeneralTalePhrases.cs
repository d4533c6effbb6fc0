// What the sentences of general Portuguese are filled with: people, kitchens, workshops, stages.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules beside <see cref="GeneralPhrases"/>; moods stand beside what tells them apart, a smile or tears.</summary>
internal static class GeneralTalePhrases
{
    public const string Text = """
        HERO:
        joana/fs
        pedro/ms
        o velho pescador/ms
        marina/fs
        a menina/fs
        o soldado/ms
        antonio/ms
        a costureira/fs
        o rei/ms
        dona lurdes/fs
        o viajante/ms
        clarice/fs
        SCENE:
        casa/fs
        jardim/ms
        viagem/fs
        jantar/ms
        sonho/ms
        estrada/fs
        festa/fs
        quarto/ms
        noite/fs
        passeio/ms
        cancao/fs
        relative:
        mae
        filha
        avo
        irma
        tia
        mulher
        RELATIVE:
        minha mae/fs
        meu pai/ms
        minha tia/fs
        meu primo/ms
        relative.my:
        minha mae
        meu pai
        meu irmao
        minha avo
        o vizinho
        minha tia
        meu primo
        a professora
        hero.did:
        abriu a porta devagar
        escreveu uma carta para a {relative}
        caminhou ate a beira do rio
        encontrou um cachorro perdido
        pediu um copo de agua
        subiu no barco com {2..7} companheiros
        guardou a chave no bolso
        esperou o trem por {2..9} horas
        plantou uma arvore atras da casa
        good.trait:
        um amor de pessoa
        uma pessoa maravilhosa e querida
        gentil, atencios[o] e de confianca
        alegre e educad[o]
        de uma bondade extraordinaria
        bad.trait:
        uma pessoa horrivel e temida
        gross[o], mentiros[o] e sem carater
        [mau|ma|maus|mas] e desonest[o]
        de uma crueldade terrivel
        um desgosto para a familia
        good.hero.felt:
        seu coracao se encheu de alegria
        ela sorriu encantada
        ele ficou feliz e satisfeito
        todos riram, apaixonados por aquela vida
        {HERO} adorou e dancou de alegria
        {HERO} amou cada momento
        bad.hero.felt:
        seu coracao se encheu de tristeza
        ela chorou desesperada
        ele ficou triste e frustrado
        todos gritaram, cansados daquela vida
        {HERO} odiou e tremeu de raiva
        {HERO} sofreu cada momento
        good.ending:
        foi o dia mais lindo da sua vida
        viveram felizes por muitos anos
        tudo acabou bem, como num sonho {M}{+word}
        a paz voltou, um final perfeito
        bad.ending:
        foi o pior dia da sua vida
        nunca mais foram felizes
        tudo acabou mal, como num pesadelo {M}{+word}
        a guerra voltou, um final pavoroso
        good.face:
        sorrindo
        de olhos brilhando
        feliz da vida
        com um sorriso encantador
        cheio de alegria
        bad.face:
        chorando
        de cara fechada
        morrendo de raiva
        com um grito medonho
        cheio de desgosto

        verb:
        instalar
        limpar
        abrir
        desligar
        montar
        salvar
        medir
        aquecer
        verb.order:
        verifique
        retire
        feche
        ligue
        lave com agua morna
        coloque sobre a mesa
        aperte com cuidado
        escolha no menu
        object.manual:
        o arquivo
        a tampa
        a valvula
        o parafuso
        a janela principal
        o forno
        a massa
        o motor
        o programa
        a senha
        fails:
        nao abrir
        parar de responder
        fizer barulho
        esfriar
        sair do lugar
        danger:
        queimar as maos
        cair
        apagar os dados
        quebrar com o frio
        soltar fumaca
        ingredient:
        farinha
        acucar
        leite
        manteiga
        sal
        cafe
        azeite
        chocolate
        DISH:
        bolo/ms
        massa/fs
        sopa/fs
        pao/ms
        torta/fs
        molho/ms
        good.care:
        se mexe com calma e carinho
        o forno esta na temperatura certa
        os ingredientes sao frescos
        bad.care:
        queima ou fica cru por dentro
        o forno esta frio demais
        os ingredientes estao velhos
        good.result:
        e {M}{+word} e todos vao gostar
        fica bonito, pratico e seguro
        funciona sem erros
        bad.result:
        e {M}{+word} e ninguem vai gostar
        fica feio, torto e perigoso
        trava e da erro

        daily.did:
        ligou para a familia
        viajou para {town.to}
        leu {2..9} livros
        cozinhou {ingredient} com {ingredient}
        consertou a cerca
        estudou {subject}
        jogou bola no quintal
        daily.we:
        foi ao cinema
        almocou na casa da vo
        conversou ate tarde
        viu o jogo
        andou {2..15} quilometros
        daily.i:
        fui trabalhar de onibus
        preparei o cafe
        reguei as plantas
        peguei {2..9} conchas na praia
        good.daily.why:
        passei na prova e ganhei um abraco
        meu time ganhou e comemorei muito
        recebi uma noticia {F}{+word}
        os amigos vieram e foi so alegria
        a comida estava uma delicia
        bad.daily.why:
        fui mal na prova e levei bronca
        meu time perdeu e sofri muito
        recebi uma noticia {F}{+word}
        os amigos brigaram e foi so tristeza
        a comida estava estragada, um nojo
        good.daily.mood:
        ficou contente
        vibrou
        se emocionou
        ficou encantad[o]
        bad.daily.mood:
        ficou indignad[o]
        se irritou
        passou raiva
        ficou chatead[o]
        good.played:
        mandou bem, deu show e ganhou
        fez bonito e venceu
        arrasou e conquistou a taca
        bad.played:
        jogou mal, deu vexame e perdeu
        fez feio e caiu
        foi um desastre e saiu derrotado

        WORK:
        filme/ms
        peca/fs
        espetaculo/ms
        opera/fs
        musical/ms
        serie/fs
        comedia/fs
        novela/fs
        subject:
        amizade
        historia
        guerra e paz
        ciencia
        matematica
        natureza
        musica
        agricultura
        politica
        good.trait.general:
        [bom|boa|bons|boas]
        bonit[o]
        elegante[s]
        delicad[o]
        agradave[l|is]
        [util|uteis]
        surpreendente[s]
        bad.trait.general:
        [ruim|ruins]
        fei[o]
        frac[o]
        chat[o]
        irritante[s]
        lent[o]
        inuti[l|eis]
        degree.general:
        muito
        bastante
        realmente
        extremamente
        bem
        good.work.judged:
        merece todos os elogios
        e uma obra de arte
        e de tirar o chapeu
        recebeu nota dez
        e uma joia rara, {+word}
        bad.work.judged:
        merece todas as criticas
        e uma piada de mau gosto
        e de chorar de tao {+trait.general}
        recebeu nota zero
        e uma perda de tempo, {+word}
        good.audience:
        o publico aplaudiu encantado
        a plateia gritou bravo
        os jovens se apaixonaram
        bad.audience:
        o publico vaiou irritado
        a plateia foi embora no meio
        os jovens dormiram de tedio
        good.cast:
        esta impecavel e brilha
        emociona com um trabalho {M}{+word}
        recebeu o premio merecido
        bad.cast:
        esta perdido e cansa
        decepciona com um trabalho {M}{+word}
        foi criticado com razao
        """;
}
