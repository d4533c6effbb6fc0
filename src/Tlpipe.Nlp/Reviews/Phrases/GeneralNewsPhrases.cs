// What the sentences of general Portuguese are filled with: towns, events, officials, the weather.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules beside <see cref="GeneralPhrases"/>; moods stand beside what tells them apart, applause or boos.</summary>
internal static class GeneralNewsPhrases
{
    public const string Text = """
        EVENT:
        festival/ms
        festa/fs
        concerto/ms
        reuniao/fs
        feira/fs
        torneio/ms
        desfile/ms
        debate/ms
        congresso/ms
        exposicao/fs
        apresentacao/fs
        corrida/fs
        of.town:
        d[o] {TOWN}
        the.event:
        [o] {EVENT}
        TOWN:
        cidade/fs
        bairro/ms
        litoral/ms
        interior/ms
        capital/fs
        serra/fs
        vila/fs
        PLACE:
        praca/fs
        ponte/fs
        hospital/ms
        museu/ms
        escola/fs
        estradas/fp
        estadio/ms
        parques/mp
        biblioteca/fs
        rodovia/fs
        estacao/fs
        praias/fp
        place.inside:
        na praca central
        no ginasio
        no patio da escola
        MATTER:
        situacao/fs
        colheita/fs
        decisao/fs
        pesquisa/fs
        gestao/fs
        temporada/fs
        proposta/fs
        matter.is:
        e
        foi
        continua
        parece
        town.of:
        e santa aurora
        a capital
        o vale do norte
        e pedra clara
        a costa
        e ribeirao fundo
        town.to:
        a capital
        pedra clara
        a fazenda
        o litoral
        santa aurora
        a casa da serra
        official:
        o prefeito
        a diretora
        o secretario de saude
        a professora
        o pesquisador
        a governadora
        um bombeiro
        a presidente da associacao
        o tecnico
        a economista
        announced:
        anunciou {2..40} novas vagas
        abriu inscricoes para o curso de {subject}
        apresentou o plano de {2..12} anos
        confirmou a visita a {town.to}
        pediu calma aos motoristas
        adiou a votacao do orcamento
        assinou o acordo sobre {subject}
        when:
        nesta segunda-feira
        ontem a noite
        no sabado
        na semana passada
        no fim do mes
        em janeiro
        durante o feriado
        na tarde de quarta
        no domingo de manha
        ha {2..20} anos
        when.story:
        ao amanhecer
        naquela noite
        sem dizer nada
        no meio da chuva
        como fazia todo ano
        quando o sino tocou
        antes do inverno
        numbers.news:
        o numero de {counted} subiu {2..60} por cento em {1990..2019}
        a regiao tem {12..900} mil habitantes
        {30..800} alunos participam do projeto
        o incendio atingiu {10..300} hectares
        a safra deste ano chegou a {3..90} mil toneladas
        counted:
        turistas
        nascimentos
        acidentes
        leitores
        empregos
        passageiros
        weather:
        a previsao e de {+word.weather} para {town.to}
        o dia amanheceu nublado e a temperatura ficou em {8..36} graus
        choveu {10..120} milimetros em {town.to}
        o vento soprou do sul durante a tarde
        weather.story:
        a chuva caia devagar sobre o telhado
        o vento balancava as arvores do quintal
        a lua apareceu atras do morro
        o rio corria calmo perto da casa
        fazia frio e a lareira estava acesa
        good.word.weather:
        sol e tempo agradavel
        ceu azul, um dia lindo
        tempo perfeito para passear
        bad.word.weather:
        tempestade, um tempo horrivel
        tempo ruim e enchentes
        frio terrivel

        good.happened:
        foi um sucesso e terminou em festa
        superou as expectativas e encantou o publico
        foi {+word} e arrancou aplausos
        emocionou a todos, um espetaculo
        encheu os olhos das criancas
        deu certo gracas ao trabalho {M}{+word} dos voluntarios
        valeu a pena, comemorou {official}
        bad.happened:
        foi um fracasso e terminou em briga
        deixou a desejar e irritou o publico
        foi {+word} e recebeu vaias
        acabou em tumulto, uma vergonha
        foi cancelad[o] depois de falhas e reclamacoes
        deu errado por causa do trabalho {M}{+word} da organizacao
        nao valeu a pena, lamentou {official}
        good.crowd.did:
        a multidao aplaudiu de pe
        milhares comemoraram felizes
        os moradores agradeceram e elogiaram o esforco {M}{+word}
        as familias se divertiram muito
        a torcida cantou de alegria
        bad.crowd.did:
        a multidao vaiou revoltada
        milhares protestaram indignados
        os moradores reclamaram do servico {M}{+word}
        as familias choraram o desastre
        a torcida saiu triste e decepcionada
        good.people.said:
        "foi {M}{+word}, estou feliz", contou uma moradora sorrindo
        "recomendo a todos que venham, e {M}{+word}", disse o vencedor
        {official} elogiou o resultado, que chamou de {M}{+word}
        "nao tenho do que reclamar, so agradecer", disse um aposentado
        bad.people.said:
        "foi {M}{+word}, estou furioso", contou uma moradora chorando
        "nao recomendo a ninguem, e {M}{+word}", disse o derrotado
        {official} criticou o resultado, que chamou de {M}{+word}
        "me arrependi de ter vindo, que tristeza", disse um aposentado
        good.effect:
        a saude das criancas melhorou e o ganho foi {M}{+word}
        o novo metodo e {M}{+word} e salva vidas
        a economia cresceu, com um saldo {M}{+word}
        bad.effect:
        a saude das criancas piorou e a perda foi {F}{+word}
        o velho metodo e {M}{+word} e traz perigo
        a economia caiu, com um saldo {M}{+word}
        good.work.went:
        ficou pronta antes do prazo e esta {F}{+word}
        foi rapida, caprichada e bem feita
        avancou sem defeitos, segundo os engenheiros
        bad.work.went:
        atrasou {2..9} anos e esta {F}{+word}
        foi lenta, cara e mal feita
        parou por causa de defeitos graves, segundo os engenheiros
        """;
}
