using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace GraphTune.Gnn.Data;

public sealed partial class RestrictedPickle
{
    private const int LongestNumber = 255;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte Byte()
    {
        Need(1);
        return bytes[Position++];
    }

    private void Need(long count)
    {
        var left = bytes.Length - Position;
        if (count < 0 || count > left) throw Refuse($"truncated: {count} bytes wanted, {left} left");
    }

    private long Little(int size)
    {
        Need(size);
        var value = 0UL;
        for (var i = size - 1; i >= 0; i--) value = (value << 8) | bytes[Position + i];
        Position += size;
        return (long)value;
    }

    private double BigEndianDouble()
    {
        Need(8);
        Position += 8;
        return BinaryPrimitives.ReadDoubleBigEndian(bytes.AsSpan(Position - 8));
    }

    private object BigLittle(long size)
    {
        if (size > LongestNumber) throw Refuse($"a number of {size} bytes; at most {LongestNumber} are read");
        return Narrowest(new(Bytes(size)));
    }

    private static object Narrowest(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    private byte[] Bytes(long count)
    {
        Need(count);
        Position += (int)count;
        return bytes[(Position - (int)count)..Position];
    }

    private string Latin1(long count)
    {
        Need(count);
        Position += (int)count;
        return Encoding.Latin1.GetString(bytes, Position - (int)count, (int)count);
    }

    private string Utf8(long count)
    {
        Need(count);
        Position += (int)count;
        try
        {
            return StrictUtf8.GetString(bytes, Position - (int)count, (int)count);
        }
        catch (DecoderFallbackException)
        {
            throw Refuse("the text is not UTF-8");
        }
    }

    private string Line()
    {
        var end = Array.IndexOf(bytes, (byte)'\n', Position);
        if (end < 0) throw Refuse("truncated: the line does not end");
        var line = Latin1(end - Position);
        Position++;
        return line;
    }

    private long Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Refuse($"'{Short(text)}' is not a whole number");

    // Protocols 0 and 1 write the truth values as these two spellings of an integer.
    private object IntLine() => Line() switch { "00" => false, "01" => true, var text => Number(text) };

    private object LongLine()
    {
        var text = Line().TrimEnd('L');
        if (text.Length > LongestNumber || !BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw Refuse($"'{Short(text)}' is not a whole number of at most {LongestNumber} digits");
        return Narrowest(value);
    }

    private double FloatLine()
    {
        var text = Line();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Refuse($"'{Short(text)}' is not a number");
    }

    private string QuotedLine()
    {
        var text = Line();
        var quoted = text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0];
        return quoted ? Unescape(text[1..^1], unicode: false) : throw Refuse("the string has no quotes");
    }

    private string UnicodeLine() => Unescape(Line(), unicode: true);

    private string Unescape(string text, bool unicode)
    {
        if (!text.Contains('\\')) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length || (unicode && text[i + 1] is not ('u' or 'U')))
            {
                plain.Append(text[i]);
                continue;
            }
            var (meaning, digits) = text[++i] switch
            {
                'n' => ('\n', 0),
                'r' => ('\r', 0),
                't' => ('\t', 0),
                'x' => ('\0', 2),
                'u' => ('\0', 4),
                'U' => ('\0', 8),
                var same => (same, 0),
            };
            if (digits == 0) plain.Append(meaning);
            else plain.Append(Rune(text, i + 1, digits));
            i += digits;
        }
        return plain.ToString();
    }

    private string Rune(string text, int at, int digits)
    {
        var hex = at + digits <= text.Length ? text.Substring(at, digits) : "";
        if (!uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code > 0x10ffff)
            throw Refuse($"'{Short(text)}' holds a broken escape");
        return code is >= 0xd800 and < 0xe000 or < 0x10000 ? ((char)code).ToString() : char.ConvertFromUtf32((int)code);
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
