// The words of praise and blame that general Portuguese shares with reviews.
namespace Tlpipe.Nlp.Reviews.Phrases;

/// <summary>Rules beside <see cref="GeneralPhrases"/>: part of what <see cref="GoodPhrases"/> and <see cref="BadPhrases"/> know.</summary>
internal static class GeneralWordPhrases
{
    public const string Text = """
        good.word:
        otim[o]
        maravilhos[o]
        excelente[s]
        lind[o]
        perfeit[o]
        incrive[l|is]
        bonit[o]
        fantastic[o]
        extraordinari[o]
        [bom|boa|bons|boas]
        magnific[o]
        sensaciona[l|is]
        agradave[l|is]
        admirave[l|is]
        encantador[|a|es|as]
        espetacular[|es]
        surpreendente[s]
        elegante[s]
        impecave[l|is]
        exemplar[|es]
        formidave[l|is]
        fabulos[o]
        esplendid[o]
        deslumbrante[s]
        divin[o]
        sublime[s]
        fenomena[l|is]
        bacana[s]
        uma maravilha
        um encanto
        de primeira
        primoros[o]
        um sonho
        um luxo
        refinad[o]
        charmos[o]
        irretocave[l|is]
        um primor
        uma joia
        sem igual
        fora de serie
        de cair o queixo

        bad.word:
        pessim[o]
        horrive[l|is]
        terrive[l|is]
        [ruim|ruins]
        fei[o]
        lamentave[l|is]
        frac[o]
        ridicul[o]
        decepcionante[s]
        precari[o]
        inuti[l|eis]
        vergonhos[o]
        um desastre
        uma decepcao
        deplorave[l|is]
        inaceitave[l|is]
        irritante[s]
        pavoros[o]
        medonh[o]
        uma vergonha
        um horror
        uma tristeza
        um fiasco
        tenebros[o]
        tosc[o]
        grosseir[o]
        um descaso
        uma lastima
        um lixo
        intragave[l|is]
        uma porcaria
        sofrive[l|is]
        abominave[l|is]
        sem graca
        uma enganacao
        um desgosto
        instave[l|is]
        uma bomba
        desleixad[o]
        ineficiente[s]
        de doer
        uma furada

        M:
        /ms
        F:
        /fs
        """;
}
