// The MT19937 generator that NumPy's RandomState, Python's random and torch's CPU generator all stand on.
using System.Buffers.Binary;
using Tlpipe.Formats;

namespace Tlpipe.Text.RandomNumbers;

/// <summary>
/// MT19937 (Matsumoto and Nishimura, 1998): 32 random bits at a time. What differs between NumPy, Python and torch is how
/// they seed it and what they make of its bits.
/// </summary>
public sealed class MersenneTwister
{
    /// <summary>The words of the state.</summary>
    public const int StateWords = 624;

    /// <summary>The number of bytes that <see cref="Save"/> returns.</summary>
    public const int SavedBytes = (StateWords + 1) * sizeof(uint);

    private const int Shift = 397;
    private readonly uint[] state = new uint[StateWords];
    private int position;

    /// <summary>Seeds by Knuth's recurrence, as NumPy's RandomState(seed) and torch's manual_seed(seed) do.</summary>
    public MersenneTwister(uint seed)
    {
        state[0] = seed;
        for (var i = 1; i < StateWords; i++)
            state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + (uint)i;
        position = StateWords;
    }

    /// <summary>Seeds with a key of any length above zero (the reference's init_by_array), as Python's random.seed does.</summary>
    public MersenneTwister(ReadOnlySpan<uint> key)
        : this(19650218u)
    {
        if (key.IsEmpty)
            throw new ArgumentException("a key needs at least one word", nameof(key));
        MixKey(key);
    }

    private MersenneTwister(ReadOnlySpan<uint> words, int position)
    {
        words.CopyTo(state);
        this.position = position;
    }

    /// <summary>The state's words; with <see cref="Position"/> the whole state.</summary>
    internal ReadOnlySpan<uint> State => state;

    /// <summary>How many of the current words are used up; 624 means that the next draw makes new ones.</summary>
    internal int Position => position;

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32()
    {
        if (position == StateWords)
            Advance();
        return Temper(state[position++]);
    }

    /// <summary>Fills a span with the numbers that as many calls of <see cref="NextUInt32"/> would give.</summary>
    public void Fill(Span<uint> destination)
    {
        while (!destination.IsEmpty)
        {
            if (position == StateWords)
                Advance();
            var count = Math.Min(destination.Length, StateWords - position);
            var words = state.AsSpan(position, count);
            for (var i = 0; i < words.Length; i++)
                destination[i] = Temper(words[i]);
            position += count;
            destination = destination[count..];
        }
    }

    /// <summary>A double in [0, 1) with 53 random bits, from two draws: genrand_res53 of the reference.</summary>
    public double NextDouble()
    {
        var high = NextUInt32() >> 5;
        var low = NextUInt32() >> 6;
        return (high * 67108864.0 + low) / 9007199254740992.0;
    }

    /// <summary>The state as bytes: 624 words and the position, little-endian.</summary>
    public byte[] Save()
    {
        var bytes = new byte[SavedBytes];
        for (var i = 0; i < StateWords; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), state[i]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(StateWords * sizeof(uint)), position);
        return bytes;
    }

    /// <summary>Makes a generator that continues from a saved state.</summary>
    /// <exception cref="InputException">The bytes are not a state from <see cref="Save"/>.</exception>
    public static MersenneTwister Restore(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SavedBytes)
            throw new InputException($"a saved MT19937 state has {SavedBytes} bytes, this one has {bytes.Length}; use the checkpoint before it");
        var words = new uint[StateWords];
        for (var i = 0; i < StateWords; i++)
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
        return FromState(words, BinaryPrimitives.ReadInt32LittleEndian(bytes[(StateWords * sizeof(uint))..]));
    }

    /// <summary>A generator with a given state.</summary>
    /// <exception cref="InputException">The position lies outside the words.</exception>
    internal static MersenneTwister FromState(ReadOnlySpan<uint> words, int position)
    {
        if (position is < 0 or > StateWords)
            throw new InputException($"a saved MT19937 state stands at word {position} of {StateWords}; use the checkpoint before it");
        return new MersenneTwister(words, position);
    }

    private void MixKey(ReadOnlySpan<uint> key)
    {
        int i = 1, j = 0;
        for (var k = Math.Max(StateWords, key.Length); k > 0; k--)
        {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1664525u)) + key[j] + (uint)j;
            i = NextIndex(i);
            j = (j + 1) % key.Length;
        }
        for (var k = StateWords - 1; k > 0; k--)
        {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1566083941u)) - (uint)i;
            i = NextIndex(i);
        }
        state[0] = 0x80000000u;
    }

    private int NextIndex(int i)
    {
        if (++i < StateWords)
            return i;
        state[0] = state[StateWords - 1];
        return 1;
    }

    private void Advance()
    {
        var words = state;
        for (var i = 0; i < StateWords - Shift; i++)
            words[i] = words[i + Shift] ^ Twist(words[i], words[i + 1]);
        for (var i = StateWords - Shift; i < StateWords - 1; i++)
            words[i] = words[i + Shift - StateWords] ^ Twist(words[i], words[i + 1]);
        words[StateWords - 1] = words[Shift - 1] ^ Twist(words[StateWords - 1], words[0]);
        position = 0;
    }

    private static uint Twist(uint upper, uint lower)
    {
        var y = (upper & 0x80000000u) | (lower & 0x7fffffffu);
        return (y >> 1) ^ ((uint)-(int)(y & 1) & 0x9908b0dfu);
    }

    private static uint Temper(uint y)
    {
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }
}
