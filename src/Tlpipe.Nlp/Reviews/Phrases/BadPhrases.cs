// The many ways of saying that a product is bad, frequent ones first.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules "bad.*" of a <see cref="PhraseGrammar"/>; what is not about the product itself is in <see cref="BadAsidePhrases"/>, what concerns one kind of product in <see cref="OwnPhrases"/>.</summary>
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
        desajeitad[o]
        frouxinh[o]
        feinh[o]
        fraquinh[o]
        ruinzinh[o]
        pesad[o] sem necessidade
        asper[o]
        fedorent[o]
        malcheiros[o]
        descascad[o]
        tort[o] de fabrica
        desregulad[o]
        ultrapassad[o]
        obsolet[o]
        problematic[o]
        defeituos[o]
        incomod[o]
        insegur[o]
        perigos[o]
        impratic[avel|aveis]
        fin[o] feito papel
        ralinh[o]
        apertad[o] demais
        desproporciona[l|is]
        feios[o]
        fraquissim[o]
        lerd[o]
        grudent[o]
        enrolad[o] de usar
        mal pintad[o]
        mal costurad[o]
        gast[o]
        velh[o] com cara de nov[o]
        inconsistente[s]
        insuficiente[s]
        abafad[o]

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

        bad.did:
        [quebrou|quebraram]
        nao funciona[|m]
        [soltou|soltaram]
        [travou|travaram]
        [rachou|racharam]
        [entortou|entortaram]
        [falhou|falharam]
        [descolou|descolaram]
        nao encaixa[|m]
        [manchou|mancharam]
        --
        [trincou|trincaram]
        [emperrou|emperraram]
        [afrouxou|afrouxaram]
        [rasgou|rasgaram]
        [derreteu|derreteram]
        [enguicou|enguicaram]
        [empenou|empenaram]
        [encolheu|encolheram]
        [oxidou|oxidaram]
        [lascou|lascaram]
        [arrebentou|arrebentaram]
        [despencou|despencaram]
        [desfiou|desfiaram]
        range[|m] sem parar
        [bambeou|bambearam]
        [desalinhou|desalinharam]
        [deu|deram] pane
        [amassou|amassaram]
        [apagou|apagaram] do nada
        [partiu|partiram] ao meio
        [superaqueceu|superaqueceram]
        [sumiu|sumiram] da caixa
        [veio|vieram] trocad[o]
        [veio|vieram] sem parafuso
        [gastou|gastaram] em um mes
        assusta[|m] de tao mal acabad[o]
        atrapalha[|m] mais do que ajuda[|m]
        incomoda[|m]
        [perdeu|perderam] a cor
        arranha[|m] tudo

        bad.story:
        liguei {2..6} vezes para o sac
        abri reclamacao no site
        estou aguardando a troca
        ninguem responde meus emails
        ja faz {7..30} dias que espero o estorno
        pedi a devolucao
        a assistencia tecnica cobrou {price}
        o protocolo sumiu do sistema
        --
        vou acionar o procon
        a troca foi recusada
        paguei o conserto do meu bolso
        a loja joga a culpa no fabricante
        mandaram eu esperar mais {7..30} dias
        estou sem resposta ate agora
        a garantia nao cobre nada
        gastei {price} so de frete para devolver
        {person} ficou sem presente
        o tecnico riu quando viu
        voltei a usar o antigo
        o cartao foi cobrado {2..3} vezes
        a festa acabou ali
        perdi a viagem ate a agencia dos correios
        """;
}
